//! Texts that are put together from the same phrases, as one person's notes on the same walks might be.

use super::*;
use crate::capture::Text;

const HOW: [&str; 16] = [
    "old", "quiet", "tall", "new", "grey", "small", "busy", "friendly", "wet", "sunny", "tired", "narrow", "bright", "empty",
    "noisy", "green",
];
const WHO: [&str; 12] = [
    "children",
    "dogs",
    "neighbours",
    "cyclists",
    "pigeons",
    "women",
    "men",
    "tourists",
    "students",
    "runners",
    "cats",
    "drivers",
];
const WHAT: [&str; 10] = [
    "waited at",
    "ran past",
    "sat near",
    "looked for",
    "left",
    "shouted at",
    "avoided",
    "photographed",
    "crossed",
    "liked",
];
const WHERE: [&str; 12] = [
    "bench",
    "bakery",
    "tram stop",
    "fountain",
    "school",
    "bridge",
    "kiosk",
    "van",
    "chestnut",
    "library",
    "river",
    "market",
];
const WHEN: [&str; 10] = [
    "early",
    "today",
    "before eight",
    "after lunch",
    "at noon",
    "again",
    "for long",
    "once more",
    "late",
    "at dusk",
];

fn sentence(random: &mut Random) -> String {
    let mut one = |phrases: &[&'static str]| phrases[(random.unit() * phrases.len() as f64) as usize];
    format!(
        "{} {} {} the {} {} {}. ",
        one(&HOW),
        one(&WHO),
        one(&WHAT),
        one(&HOW),
        one(&WHERE),
        one(&WHEN)
    )
}

fn capture(text: &str) -> Capture {
    Capture::Text(Text::from_bytes(text.as_bytes()).unwrap())
}

fn copied(way: usize, text: &str, random: &mut Random) -> String {
    match way {
        0 => text.to_owned(),
        1 => text.to_uppercase().replace(['.', ','], " -"),
        2 => {
            let words = text
                .split(' ')
                .map(|word| if random.unit() < 0.06 { "perhaps" } else { word });
            words.collect::<Vec<_>>().join(" ")
        }
        3 => text[..text.floor_char_boundary(text.len() / 2)].to_owned(),
        4 => {
            let mut sentences: Vec<&str> = text.split_inclusive(". ").collect();
            sentences.reverse();
            sentences.concat()
        }
        _ => format!("Some words before. {text} And I have nothing else to add to this today."),
    }
}

pub(super) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(54);
    let texts: Vec<String> = (0..60)
        .map(|number| (0..4 + number % 12).map(|_| sentence(&mut random)).collect())
        .collect();
    let traces: Vec<Trace> = texts.iter().map(|text| trace(&capture(text))).collect();
    for (number, text) in texts.iter().enumerate() {
        let others: Vec<Trace> = (0..texts.len())
            .filter(|other| *other != number)
            .map(|other| traces[other].clone())
            .collect();
        each(Case {
            earlier: others.clone(),
            ..Case::new("nothing_odd", capture(text))
        });
        each(Case {
            earlier: others.into_iter().chain([traces[number].clone()]).collect(),
            ..Case::new("copy", capture(&copied(number % 6, text, &mut random)))
        });
    }
}

#[test]
fn what_is_kept_holds_nothing_of_what_is_taken_out() {
    let kept = |text: &str| trace(&capture(text)).bytes;
    assert_eq!(
        kept("Write to ada@example.org if the gate by the pond is closed again."),
        kept("Write to grace@example.com if the gate by the pond is closed again.")
    );
    assert_eq!(
        kept("The keeper said to call +49 30 901820 now and not later."),
        kept("The keeper said to call +44 20 7946 0958 now and not later.")
    );
}
