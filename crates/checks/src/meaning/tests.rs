//! Held against Python: the same pieces, and the same meaning within a thousandth.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{fs, time::Instant};

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::assets::asset;
use crate::{
    Asked, Cancel,
    capture::{Capture, Text},
    fixtures,
};

#[derive(Deserialize)]
struct Python {
    load_ms: f64,
    each_ms: f64,
    said: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    ids: Vec<i64>,
    meaning: Vec<f32>,
}

fn reader() -> Reader {
    let manifest = Manifest::parse("text_on_topic", include_str!("../text_on_topic/manifest.toml")).unwrap();
    Reader::of("text_on_topic", &manifest).unwrap()
}

/// Fixtures of the checks that read meanings, and what is hard to cut.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " \t\n ",
        "Ünïcödé and naïve café, Ångström — “quoted” … 5€ x² ½",
        "don't can't o'clock e-mail, C++ & C#; a_b <tag> 50% `code` ~ ^ | $3.50",
        "今天公园里有很多人在跑步 ベンチは乾いていました 공원은 조용했고",
        "الحديقة هادئة اليوم हिन्दी में लिखा गया עברית ไทย",
        "e\u{301}a\u{30a}\u{327} \u{200b}zero\u{200d}width \u{202e}right\u{ad}soft\u{feff}",
        "👩‍👩‍👧 😀 🇩🇪 x\u{fffd}y \u{e000}",
        "İstanbul ǅ ß ſt ﬁne ΣΑΣ",
        "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    ]
    .map(str::to_owned)
    .into();
    texts.push("x".repeat(100));
    texts.push("x".repeat(101));
    texts.push("a long walk, ".repeat(200));
    texts.push("é".repeat(5_000));
    for check in ["text_on_topic", "text_language", "text_substance"] {
        fixtures::texts(check, "cases.txt", &mut |case| {
            let Capture::Text(text) = case.capture else { unreachable!() };
            texts.push(text.as_str().to_owned());
        });
    }
    texts
}

#[test]
fn python_cuts_and_reads_the_same() {
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    let (reader, texts) = (reader(), texts());
    let folder = tempfile::tempdir().unwrap();
    let (vocabulary, list) = (folder.path().join("vocab.txt"), folder.path().join("texts.json"));
    fs::write(&vocabulary, include_str!("vocab.txt")).unwrap();
    fs::write(&list, serde_json::to_string(&texts).unwrap()).unwrap();
    let script = [env!("CARGO_MANIFEST_DIR"), "src/meaning/parity.py"]
        .iter()
        .collect::<std::path::PathBuf>();
    let model = asset("models/minilm/model.onnx").unwrap();
    let printed = fixtures::python(&script, &[vocabulary.as_os_str(), model.as_os_str(), list.as_os_str()]);
    let python: Python = serde_json::from_str(&printed).unwrap();
    assert_eq!(python.said.len(), texts.len());

    let run = crate::Run::new(&models, &asked, &cancel);
    let started = Instant::now();
    reader.meanings(&run, &[&Tokens::of("warm")]).unwrap();
    let load = started.elapsed();
    let (started, mut farthest) = (Instant::now(), 0.0_f32);
    let mut read = 0_u32;
    for (text, theirs) in texts.iter().zip(&python.said) {
        let tokens = Tokens::of(text);
        assert_eq!(tokens.ids, theirs.ids, "{text:?}");
        if theirs.meaning.is_empty() {
            continue;
        }
        read += 1;
        let ours = &reader.meanings(&run, &[&tokens]).unwrap()[0];
        for (one, other) in ours.0.iter().zip(&theirs.meaning) {
            farthest = farthest.max((one - other).abs());
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let each = started.elapsed().as_secs_f64() * 1e3 / f64::from(read);
    println!(
        "{} texts cut, {read} read, at most {farthest} apart; ours: load {load:?}, {each:.2} ms each; Python: load {:.0} ms, {:.2} ms each",
        texts.len(),
        python.load_ms,
        python.each_ms
    );
    assert!(farthest < 1e-3, "{farthest}");
}

#[test]
fn eight_bits_keep_what_it_means() {
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    let run = crate::Run::new(&models, &asked, &cancel);
    for text in texts().iter().step_by(10) {
        let meaning = &reader().meanings(&run, &[&Tokens::of(text)]).unwrap()[0];
        let kept = Meaning::from_bytes(&meaning.to_bytes()).unwrap();
        assert!(meaning.likeness(&kept) > 0.999, "{text}");
    }
    assert_eq!(Meaning::from_bytes(&[1; 383]), None);
    let nowhere = Meaning::from_bytes(&[0; 384]).unwrap();
    assert!(nowhere.likeness(&nowhere).abs() < f32::EPSILON);
}

#[test]
fn the_longest_texts_of_one_kind_are_cut_in_no_time() {
    for letter in ["a", "\u{301}", "的", " ", ".", "😀", "\u{200b}", "ﷺ", "\u{1d160}"] {
        let text = letter.repeat(Text::MOST_BYTES / letter.len());
        let started = Instant::now();
        assert!(Tokens::of(&text).ids.len() <= 256);
        assert!(started.elapsed().as_secs() < 5, "{letter:?}: {:?}", started.elapsed());
    }
}

proptest! {
    #[test]
    fn any_text_is_cut(text in any::<String>()) {
        let tokens = Tokens::of(&text);
        prop_assert!((2..=256).contains(&tokens.ids.len()));
        prop_assert!(tokens.ids.iter().all(|id| (0..30_522).contains(id)));
        prop_assert!((0.0..=1.0).contains(&tokens.share_unknown()) && (0.0..=1.0).contains(&tokens.share_english()));
    }
}

#[test]
fn the_checks_that_share_a_meaning_have_one_model() {
    let hash = |folder, text| Manifest::parse(folder, text).unwrap().model.unwrap().blake3;
    assert_eq!(
        hash("text_on_topic", include_str!("../text_on_topic/manifest.toml")),
        hash("text_similar", include_str!("../text_similar/manifest.toml"))
    );
}
