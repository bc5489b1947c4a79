//! What the checks of photos add to the calls of their models.

use std::{
    fs,
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use earnest_checks::{
    Asked, Cancel, Checks, Model, Run,
    capture::{Capture, Photo},
    models::Models,
};
use earnest_domain::capture::CaptureKind;
use ort::{session::Session, value::TensorRef};

use crate::{
    Failure,
    captures::twelve_megapixels,
    judging::{TIMES, asset, source},
    table::{Table, median},
};

/// Calls of a model: the shape of what it is given, and how many there are.
type Calls<'s> = (&'s [usize], usize);

/// The models of photos by their checks, with everything around them, beside nothing but their calls in the same sessions.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let photo = twelve_megapixels(&folder.path().join("photo.jpg"))?;
    let capture = Capture::from_bytes(&fs::read(photo)?, Some(CaptureKind::Photo))?;
    let (checks, models) = (Checks::load()?, Models::new(4));
    // Of 4000 x 3000 pixels faces are looked for in six tiles and a small copy (held by a test of `photo_faces/first.rs`).
    let tiles: [Calls<'_>; 2] = [(&[1, 3, 800, 736], 6), (&[1, 3, 480, 640], 1)];
    let small: [Calls<'_>; 1] = [(&[1, 3, 224, 224], 1)];
    let last: [Calls<'_>; 1] = [(&[1, 224, 224, 3], 1)];
    let inputs: [(&str, String, &[Calls<'_>]); 3] = [
        ("photo-unsafe", asset("models/open-nsfw/open-nsfw.onnx")?, &last),
        ("photo-content", source("mobilenet/model.onnx"), &small),
        ("photo-faces", asset("models/centerface/centerface.onnx")?, &tiles),
    ];
    for (name, file, shapes) in inputs {
        let check = checks.find(name).ok_or("no such check")?;
        let model = check.manifest().model.as_ref().ok_or("it has no model")?;
        let asked = Asked {
            subject: Some("a person".to_owned()),
            ..Asked::default()
        };
        let (mut whole, mut bare) = (Vec::new(), Vec::new());
        // In turns, so that what else the machine does falls on both.
        for _ in 0..=TIMES {
            // What was seen in a photo once is kept with it, so that each time needs one that nobody has looked at.
            let Capture::Photo(photo) = &capture else {
                return Err("it is no photo".into());
            };
            let capture = Capture::Photo(Photo::from_pixels(photo.pixels().clone()));
            let cancel = Cancel::default();
            let run = Run::new(&models, &asked, &cancel);
            let begun = Instant::now();
            black_box(check.judge(&capture, &run)?);
            whole.push(begun.elapsed().as_secs_f64() * 1e3);
            // The copy above left nothing of the model in the caches; the bare calls begin with as little.
            black_box(Photo::from_pixels(photo.pixels().clone()));
            bare.push(calls(&models, model, &file, shapes)?);
        }
        let (whole, bare) = (&whole[1..], &bare[1..]);
        let more = (median(whole) / median(bare) - 1.0) * 100.0;
        let words = format!("its calls alone {:.1}: {more:.0} % more", median(bare));
        table.line(&format!("judging: {name}, 12 megapixels decoded"), whole, "ms", &words);
    }
    Ok(())
}

/// Milliseconds of calls with so many inputs of each shape, in as many sessions at once as the check uses.
fn calls(models: &Models, model: &Model, file: &str, shapes: &[Calls<'_>]) -> Result<f64, Failure> {
    let inputs: Vec<(&[usize], Vec<f32>)> = shapes
        .iter()
        .flat_map(|(shape, times)| (0..*times).map(|_| (*shape, vec![0.5_f32; shape.iter().product()])))
        .collect();
    let next = AtomicUsize::new(0);
    let call = |session: &mut Session| -> Result<(), Failure> {
        let name = session.inputs().first().ok_or("it takes nothing")?.name().to_owned();
        while let Some((shape, input)) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tensor = TensorRef::from_array_view((shape.to_vec(), input.as_slice()))?;
            black_box(session.run(ort::inputs![name.as_str() => tensor])?);
        }
        Ok(())
    };
    let read = || Ok(fs::read(file).unwrap_or_default());
    let sessions = thread::available_parallelism()?.get().min(model.sessions);
    let begun = Instant::now();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..sessions)
            .map(|_| scope.spawn(|| models.with("bench", model, read, |session| Ok(call(session).is_ok()))))
            .collect();
        threads.into_iter().all(|thread| matches!(thread.join(), Ok(Ok(true))))
    })
    .then(|| begun.elapsed().as_secs_f64() * 1e3)
    .ok_or_else(|| format!("{file} does not run").into())
}
