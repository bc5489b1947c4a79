//! The `.ts` format of the time series classification archive, as `sktime` ships it: a header of `@` lines, then a case a line,
//! dimensions apart by `:`, values by `,`, the label last.

use std::collections::HashMap;

use earnest_domain::{stream::Channel, time::Span};

use super::{Case, Moment, Recording, RecordingError};

/// The dimensions of `BasicMotions`, in the order of the file.
const CHANNELS: [Channel; 6] = [
    Channel::AccelerationX,
    Channel::AccelerationY,
    Channel::AccelerationZ,
    Channel::AngularVelocityX,
    Channel::AngularVelocityY,
    Channel::AngularVelocityZ,
];
/// One value a dimension every tenth of a second, says the file's own comment.
const STEP: Span = Span::from_millis(100);
/// Values a dimension may have in one case: far more than any motion, far less than what fills the memory.
const LONGEST: usize = 100_000;

/// A line of data: the label, and each dimension's values.
struct Line {
    label: String,
    dimensions: Vec<Vec<Option<f32>>>,
}

pub(super) fn basic_motions(text: &str, plan: Option<&[(&str, usize)]>) -> Result<Recording, RecordingError> {
    let lines = data(text)?;
    let chosen = match plan {
        None => lines.iter().collect(),
        Some(plan) => choose(&lines, plan)?,
    };
    let mut recording = Recording {
        name: "BasicMotions".to_owned(),
        source: "a smartwatch worn by four students; University of East Anglia and UC Riverside archive, by way of sktime"
            .to_owned(),
        cases: Vec::with_capacity(chosen.len()),
        moments: Vec::new(),
        skipped: 0,
    };
    let mut start = Span::default();
    for line in chosen {
        let steps = line.dimensions.first().map_or(0, Vec::len);
        for step in 0..steps {
            let after = Span::from_micros(start.micros() + times(step));
            for (channel, values) in CHANNELS.into_iter().zip(&line.dimensions) {
                match values[step] {
                    Some(value) => recording.moments.push(Moment { after, channel, value }),
                    None => recording.skipped += 1,
                }
            }
        }
        let length = Span::from_micros(times(steps));
        recording.cases.push(Case {
            label: line.label.clone(),
            start,
            length,
        });
        start = Span::from_micros(start.micros() + length.micros());
    }
    if recording.moments.is_empty() {
        Err(RecordingError::Empty { first: None })
    } else {
        Ok(recording)
    }
}

#[allow(clippy::cast_possible_wrap)] // at most 100,000 steps
const fn times(steps: usize) -> i64 {
    STEP.micros() * steps as i64
}

/// The cases that a plan asks for, in its order, each case once.
fn choose<'l>(lines: &'l [Line], plan: &[(&str, usize)]) -> Result<Vec<&'l Line>, RecordingError> {
    let mut used: HashMap<String, usize> = HashMap::new();
    let mut chosen = Vec::new();
    for (label, wanted) in plan {
        let label = label.to_lowercase();
        let used = used.entry(label.clone()).or_default();
        let of_label: Vec<_> = lines
            .iter()
            .filter(|line| line.label == label)
            .skip(*used)
            .take(*wanted)
            .collect();
        if of_label.len() < *wanted {
            return Err(RecordingError::TooFewCases {
                label,
                wanted: *wanted,
                there: of_label.len(),
            });
        }
        *used += wanted;
        chosen.extend(of_label);
    }
    Ok(chosen)
}

fn data(text: &str) -> Result<Vec<Line>, RecordingError> {
    let mut lines = Vec::new();
    let mut in_data = false;
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim());
        let malformed = |what: &str| {
            Err(RecordingError::Malformed {
                line: number,
                what: what.to_owned(),
            })
        };
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if in_data {
            lines.push(case(number, line)?);
            continue;
        }
        let mut words = line.split_whitespace();
        match (words.next().unwrap_or_default().to_lowercase().as_str(), words.next()) {
            ("@problemname", Some("BasicMotions")) | ("@timestamps", Some("false")) | ("@dimensions", Some("6")) => {}
            ("@problemname", _) => return malformed("of the .ts files only BasicMotions is known; save yours as SenML"),
            ("@timestamps", _) => return malformed("values with their own time stamps are not read"),
            ("@dimensions", _) => return malformed("BasicMotions has 6 dimensions"),
            ("@data", None) => in_data = true,
            (word, _) if word.starts_with('@') => {}
            _ => return malformed("data before the line @data"),
        }
    }
    Ok(lines)
}

fn case(number: usize, text: &str) -> Result<Line, RecordingError> {
    let malformed = |what: String| RecordingError::Malformed { line: number, what };
    let (data, label) = text.rsplit_once(':').ok_or_else(|| malformed("it has no label".to_owned()))?;
    if label.is_empty() || label.len() > 64 {
        return Err(malformed("its label is no word".to_owned()));
    }
    let dimensions = data
        .split(':')
        .map(|dimension| values(number, dimension))
        .collect::<Result<Vec<_>, _>>()?;
    if dimensions.len() != CHANNELS.len() {
        return Err(malformed(format!(
            "it has {} dimensions, not {}",
            dimensions.len(),
            CHANNELS.len()
        )));
    }
    if dimensions.iter().any(|values| values.len() != dimensions[0].len()) {
        return Err(malformed("its dimensions are not equally long".to_owned()));
    }
    Ok(Line {
        label: label.to_lowercase(),
        dimensions,
    })
}

/// The values of one dimension; `?` is a missing one.
fn values(number: usize, dimension: &str) -> Result<Vec<Option<f32>>, RecordingError> {
    let malformed = |what: String| RecordingError::Malformed { line: number, what };
    let value = |text: &str| match text.trim() {
        "?" => Ok(None),
        text => match text.parse::<f32>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(malformed(format!(
                "“{}” is no number",
                text.chars().take(32).collect::<String>()
            ))),
        },
    };
    let values = dimension
        .split(',')
        .take(LONGEST + 1)
        .map(value)
        .collect::<Result<Vec<_>, _>>()?;
    if values.len() > LONGEST {
        return Err(malformed(format!("it has more than {LONGEST} values a dimension")));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str =
        "#a watch\n@problemName BasicMotions\n@timeStamps false\n@dimensions 6\n@classLabel true Standing Walking\n@data\n";

    /// A case of two steps whose first value tells it from the others.
    fn line(first: f32, label: &str) -> String {
        format!("{first},1:2,3:4,5:6,7:8,?:-1.5E-2,11:{label}\n")
    }

    #[test]
    fn cases_are_laid_end_to_end_in_the_order_of_the_plan() {
        let text = [
            HEADER,
            &line(1.0, "Standing"),
            &line(2.0, "Walking"),
            &line(3.0, "Walking"),
            &line(4.0, "Standing"),
        ]
        .concat();
        let recording = basic_motions(&text, Some(&[("walking", 1), ("standing", 2), ("Walking", 1)])).unwrap();
        let first_values: Vec<f32> = recording
            .moments
            .iter()
            .filter(|moment| moment.channel == Channel::AccelerationX)
            .map(|moment| moment.value)
            .collect();
        assert_eq!(first_values, [2.0, 1.0, 1.0, 1.0, 4.0, 1.0, 3.0, 1.0]);
        let cases: Vec<_> = recording
            .cases
            .iter()
            .map(|case| (case.label.as_str(), case.start.micros(), case.length.micros()))
            .collect();
        assert_eq!(
            cases,
            [
                ("walking", 0, 200_000),
                ("standing", 200_000, 200_000),
                ("standing", 400_000, 200_000),
                ("walking", 600_000, 200_000)
            ]
        );
        assert_eq!(recording.skipped, 4, "missing values are left out");
        assert_eq!(recording.length(), Span::from_millis(800));
        assert_eq!(recording.channels(), CHANNELS);
        assert_eq!(basic_motions(&text, None).unwrap().cases.len(), 4);
    }

    #[test]
    fn a_plan_gets_no_case_twice() {
        let text = [HEADER, &line(1.0, "Walking")].concat();
        let error = basic_motions(&text, Some(&[("walking", 1), ("walking", 1)])).unwrap_err();
        assert!(
            matches!(error, RecordingError::TooFewCases { wanted: 1, there: 0, .. }),
            "{error}"
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (body, what) in [
            ("1:2:3:4:5:x:Walking", "“x” is no number"),
            ("1:2:3:4:5:inf:Walking", "no number"),
            ("1:2:3:4:5:Walking", "5 dimensions"),
            ("1,2:2:3:4:5:6:Walking", "equally long"),
            ("1,2,3", "no label"),
        ] {
            let error = basic_motions(&[HEADER, body].concat(), None).unwrap_err().to_string();
            assert!(error.contains("line 7") && error.contains(what), "{error}");
        }
        assert!(
            basic_motions("@problemName Epilepsy\n@data\n", None)
                .unwrap_err()
                .to_string()
                .contains("SenML")
        );
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(body in "[-0-9.,:?a-zA-Z@#\\n ]{0,200}") {
            let _ = basic_motions(&[HEADER, &body].concat(), None);
            let _ = basic_motions(&body, Some(&[("a", 1)]));
        }
    }
}
