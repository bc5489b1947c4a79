//! What the check achieves on recordings that training never saw, and on them as other devices would report them. These are the figures
//! of `CARD.md`; `cargo test -p earnest-checks held_out -- --nocapture` prints them.

use super::*;

/// Prints a line of the table and insists on `least` per cent.
fn expect(name: &str, right: usize, of: usize, least: usize) {
    println!(
        "{name:42} {right:4}/{of:<4} {:6.1} %   (wanted {least} %)",
        100.0 * right as f64 / of as f64
    );
    assert!(right * 100 >= of * least, "{name}: {right} of {of} is less than {least} %");
}

/// How many of the windows get their label after `change`.
fn right(check: &mut ActivityCheck, windows: &[(Activity, Channels)], mut change: impl FnMut(&Channels) -> Channels) -> usize {
    windows
        .iter()
        .filter(|(label, channels)| judge(check, &change(channels)).label == *label)
        .count()
}

#[test]
fn the_held_out_recordings_are_recognised() {
    let (mut check, windows) = (check(), windows("TEST"));
    assert_eq!(windows.len(), 80);
    let mut called = [[0_usize; 5]; 4];
    for (label, channels) in &windows {
        let window = judge(&mut check, channels);
        assert_eq!((window.start, window.length), (START, check.window_length()));
        assert_eq!(window.label == Activity::Unknown, window.reason != WindowReason::Recognised);
        let place = |wanted: Activity| Activity::ALL.iter().position(|label| *label == wanted).unwrap();
        called[place(*label)][place(window.label)] += 1;
    }
    println!("called:        {:?}", Activity::ALL.map(Activity::name));
    for (label, row) in Activity::ALL.iter().zip(called) {
        println!("{:14} {row:?}", label.name());
    }
    let correct = (0..4).map(|label| called[label][label]).sum();
    expect("as recorded", correct, windows.len(), 95);
}

#[test]
fn gravity_in_any_direction_and_readings_in_g_change_little() {
    let (mut check, windows, mut random) = (check(), windows("TEST"), Random(1));
    for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
        for (sign, mark) in [(1.0, '+'), (-1.0, '-')] {
            let mut direction = [0.0; 3];
            direction[axis] = sign;
            let some = right(&mut check, &windows, |channels| with_gravity(channels, direction));
            expect(&format!("gravity on {mark}{name}"), some, windows.len(), 90);
            let some = right(&mut check, &windows, |channels| in_g(&with_gravity(channels, direction)));
            expect(&format!("gravity on {mark}{name}, in g"), some, windows.len(), 90);
        }
    }
    let times = 5;
    let mut sum =
        |change: &mut dyn FnMut(&Channels) -> Channels| (0..times).map(|_| right(&mut check, &windows, &mut *change)).sum();
    let of = times * windows.len();
    expect(
        "gravity in random directions",
        sum(&mut |channels| with_gravity(channels, random.direction())),
        of,
        90,
    );
    expect(
        "gravity in random directions, in g",
        sum(&mut |channels| in_g(&with_gravity(channels, random.direction()))),
        of,
        90,
    );
    expect("in g", sum(&mut in_g), of, 90);
}

#[test]
fn the_orientation_on_the_wrist_does_not_matter() {
    let (mut check, windows, mut random) = (check(), windows("TEST"), Random(2));
    let times = 5;
    let some = (0..times)
        .map(|_| right(&mut check, &windows, |channels| turned(channels, &random.rotation())))
        .sum();
    expect("random rotations", some, times * windows.len(), 95);
    let mut both = |channels: &Channels| turned(&in_g(&with_gravity(channels, random.direction())), &random.rotation());
    let some = (0..times).map(|_| right(&mut check, &windows, &mut both)).sum();
    expect("random rotations, gravity, in g", some, times * windows.len(), 90);
}

#[test]
fn other_rates_give_the_same_labels() {
    let (mut check, windows) = (check(), windows("TEST"));
    for rate in [12, 13, 20, 25, 50, 100, 104, 130] {
        let mut same = 0;
        for (_, channels) in &windows {
            let as_recorded = judge(&mut check, channels).label;
            same += usize::from(check.judge(&motion(&at_rate(channels, 10, rate), rate), START).unwrap().label == as_recorded);
        }
        expect(&format!("same label at {rate} Hz, by lines"), same, windows.len(), 95);
    }
    let mut random = Random(3);
    let (mut same, mut late) = (0, 0);
    for (_, channels) in &windows {
        let as_recorded = judge(&mut check, channels).label;
        let offset = (random.unit() * 99_999.0) as i64;
        same += usize::from(
            check
                .judge(&motion_at(channels, |index| index as i64 * 100_000 + offset), START)
                .unwrap()
                .label
                == as_recorded,
        );
        let mut uneven = || (random.unit() * 30_000.0) as i64;
        let times: Vec<i64> = (0..READINGS).map(|index| index as i64 * 100_000 + uneven()).collect();
        late += usize::from(check.judge(&motion_at(channels, |index| times[index]), START).unwrap().label == as_recorded);
    }
    expect("same label, clock anywhere in its tenth", same, windows.len(), 95);
    expect("same label, readings up to 30 ms late", late, windows.len(), 95);
}

#[test]
fn noise_of_any_size_is_no_motion() {
    let (mut check, mut random) = (check(), Random(4));
    for (kind, sample) in [
        ("gaussian", Random::normal as fn(&mut Random) -> f32),
        ("uniform", Random::even),
    ] {
        for rate in [10, 13, 25, 50, 130] {
            for size in [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0] {
                let (mut unknown, times) = (0, 100);
                for round in 0..times {
                    // every other time with the proportion of a real wrist, every other pair with gravity
                    let ratio = if round % 2 == 0 { 1.0 } else { 2.0 };
                    let noise = random.noise(READINGS * rate / 10, size, ratio, sample);
                    let noise = if round % 4 < 2 {
                        noise
                    } else {
                        with_gravity(&noise, random.direction())
                    };
                    unknown += usize::from(check.judge(&motion(&noise, rate), START).unwrap().label == Activity::Unknown);
                }
                expect(&format!("{kind} noise of {size} at {rate} Hz unknown"), unknown, times, 95);
            }
        }
    }
}

#[test]
fn a_window_is_judged_in_no_time() {
    let (mut check, windows) = (check(), windows("TEST"));
    let motions: Vec<Motion> = windows
        .iter()
        .map(|(_, channels)| motion(&at_rate(channels, 10, 50), 50))
        .collect();
    let mut micros: Vec<u128> = Vec::new();
    for motion in motions.iter().cycle().take(800) {
        let begun = std::time::Instant::now();
        check.judge(motion, START).unwrap();
        micros.push(begun.elapsed().as_micros());
    }
    micros.sort_unstable();
    println!("a window at 50 Hz: median {} us, 95 % below {} us", micros[400], micros[760]);
    // Generous, for an unoptimised build on a machine that does much else: what must not be is a pool of threads that spin, or a model
    // that is loaded for each window.
    assert!(micros[400] < 10_000, "a window takes {} us", micros[400]);
}
