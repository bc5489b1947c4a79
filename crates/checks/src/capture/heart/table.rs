//! A heart signal in a table as text: notes, a header, rows.

use std::str::FromStr;

use super::{CaptureError, Heart, HeartKind, broken, even, too_large};

/// What is looked at to tell the kind of a file.
const BEGINNING: usize = 4 << 10;
/// A line that is longer than this is none of a table.
const LONGEST_LINE: usize = 4 << 10;

/// In what a column's times are, in seconds.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Named(f64),
    Unnamed,
}

/// What stands above the rows.
struct Head {
    kind: HeartKind,
    signal: usize,
    time: Option<(usize, Unit)>,
    separator: Option<char>,
    rate_hz: Option<f64>,
}

pub(super) fn begins(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(BEGINNING)];
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        // Cut within a character.
        Err(error) => std::str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default(),
    };
    let mut lines = lines(text);
    let Ok(head) = head(&mut lines) else { return false };
    // `hr` alone may name anything, and a text may begin with such a word: a row of numbers has to follow.
    let numbers = |(_, line): (usize, &str)| {
        field(line, head.separator, head.signal).is_some_and(|value| number(value, head.separator).is_some())
    };
    lines.find(|(_, line)| !is_note(line)).is_some_and(numbers)
}

pub(super) fn read(bytes: &[u8]) -> Result<Heart, CaptureError> {
    if bytes.is_empty() {
        return Err(CaptureError::Empty);
    }
    if bytes.len() > Heart::MOST_BYTES {
        return Err(too_large());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| CaptureError::NotUtf8 { at: error.valid_up_to() })?;
    if let Some(at) = text.find('\0') {
        return Err(CaptureError::NotText { at });
    }
    let mut lines = lines(text);
    let head = head(&mut lines)?;
    let (mut values, mut times) = (Vec::new(), Vec::new());
    for (place, line) in lines {
        if is_note(line) {
            continue;
        }
        if values.len() == Heart::MOST_SAMPLES {
            return Err(too_large());
        }
        if line.len() > LONGEST_LINE {
            return Err(broken(format!("line {place} is longer than a row of numbers")));
        }
        let value = field(line, head.separator, head.signal)
            .and_then(|value| number(value, head.separator))
            .ok_or_else(|| broken(format!("line {place} has no number where its header names the {}", head.kind)))?;
        values.push(value);
        if let Some((column, _)) = head.time {
            let time = field(line, head.separator, column).and_then(|time| moment(time, head.separator));
            times.push(time.ok_or_else(|| broken(format!("line {place} has no time where its header names one")))?);
        }
    }
    if values.is_empty() {
        return Err(broken("its header is followed by nothing"));
    }
    match (head.time, head.rate_hz) {
        (Some((_, unit)), _) => {
            in_seconds(&mut times, unit);
            even::laid(head.kind, times, values)
        }
        (None, Some(rate_hz)) => Heart::new(head.kind, rate_hz, values),
        (None, None) => Err(broken(
            "it does not say how often it was sampled; add a line \"# rate_hz: 250\" above its header, or a column of times",
        )),
    }
}

/// Lines with their number, counted from 1, without those that are blank.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty())
}

fn is_note(line: &str) -> bool {
    line.starts_with('#') || line.starts_with('%')
}

/// Reads the notes and the header.
fn head<'t>(lines: &mut impl Iterator<Item = (usize, &'t str)>) -> Result<Head, CaptureError> {
    let mut rate_hz = None;
    let header = loop {
        let (place, line) = lines
            .next()
            .ok_or_else(|| broken("it has no header that names a column ecg or ppg"))?;
        if !is_note(line) {
            break line;
        }
        let note = line.trim_start_matches(['#', '%']).trim();
        let Some((name, value)) = note.split_once([':', '=']) else {
            continue;
        };
        if matches!(words(name).as_slice(), [rate, hz] if rate == "rate" && hz == "hz") {
            let rate = f64::from_str(value.trim()).ok().filter(|rate| Heart::RATES_HZ.contains(rate));
            rate_hz = Some(rate.ok_or_else(|| broken(format!("line {place} tells a rate that no heart signal has")))?);
        }
    };
    if header.len() > LONGEST_LINE {
        return Err(broken("its header is longer than names of columns are"));
    }
    let separator = [';', '\t', ','].into_iter().find(|separator| header.contains(*separator));
    let names: Vec<Vec<String>> = match separator {
        Some(separator) => header.split(separator).map(words).collect(),
        None => vec![words(header)],
    };
    let column = |kind: fn(&[String]) -> Option<HeartKind>| {
        let mut columns = names.iter().enumerate();
        columns.find_map(|(place, name)| Some((place, kind(name)?)))
    };
    let (signal, kind) = column(surely)
        .or_else(|| column(perhaps))
        .ok_or_else(|| broken("no column of its header is named ecg or ppg"))?;
    let time = names
        .iter()
        .enumerate()
        .find_map(|(column, name)| Some((column, time_unit(name)?)));
    Ok(Head {
        kind,
        signal,
        time,
        separator,
        rate_hz,
    })
}

/// A name's words in small letters: `ECG_mV` and `"ecg (mV)"` are `ecg`, `mv`.
fn words(name: &str) -> Vec<String> {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn surely(name: &[String]) -> Option<HeartKind> {
    // A sentence is no name.
    if name.len() > 3 {
        return None;
    }
    name.iter().find_map(|word| match word.as_str() {
        "ecg" | "ekg" => Some(HeartKind::Ecg),
        "ppg" | "pleth" | "bvp" => Some(HeartKind::Ppg),
        _ => None,
    })
}

/// As toolkits for pulse waves call theirs.
fn perhaps(name: &[String]) -> Option<HeartKind> {
    (name == ["hr"]).then_some(HeartKind::Ppg)
}

/// Whether a column holds times, and in which unit if it says so.
fn time_unit(name: &[String]) -> Option<Unit> {
    let unit = |word: &String| match word.as_str() {
        "s" | "sec" | "seconds" => Some(1.0),
        "ms" | "millis" | "milliseconds" => Some(1e-3),
        "us" | "µs" | "micros" | "microseconds" => Some(1e-6),
        "ns" | "nanoseconds" => Some(1e-9),
        _ => None,
    };
    let (first, rest) = name.split_first()?;
    let is_time = matches!(first.as_str(), "time" | "timer" | "timestamp" | "t" | "datetime" | "elapsed");
    if is_time {
        return Some(rest.iter().find_map(unit).map_or(Unit::Unnamed, Unit::Named));
    }
    if rest.is_empty() { unit(first).map(Unit::Named) } else { None }
}

/// The unit that makes the intervals those of a heart signal, where the header does not name it: 10 to 2000 readings a second are 0.0005
/// to 0.1 s, 0.5 to 100 ms, 500 to 100 000 us, which cannot be taken for one another.
fn in_seconds(times: &mut [f64], unit: Unit) {
    let first = times.first().copied().unwrap_or_default();
    for time in &mut *times {
        *time -= first;
    }
    let seconds = match unit {
        Unit::Named(seconds) => seconds,
        Unit::Unnamed => match even::typical_interval(times).unwrap_or_default() {
            interval if interval < 0.25 => 1.0,
            interval if interval < 250.0 => 1e-3,
            interval if interval < 250e3 => 1e-6,
            _ => 1e-9,
        },
    };
    for time in times {
        *time *= seconds;
    }
}

fn field(line: &str, separator: Option<char>, column: usize) -> Option<&str> {
    let field = match separator {
        Some(separator) => line.split(separator).nth(column)?,
        None => line,
    };
    Some(field.trim().trim_matches('"'))
}

/// A reading; NaN for what was not read, as files say it.
fn number(text: &str, separator: Option<char>) -> Option<f32> {
    if text.is_empty() {
        return Some(f32::NAN);
    }
    text.parse().ok().or_else(|| with_point(text, separator)?.parse().ok())
}

/// In many countries a comma stands before the decimals, where it does not stand between columns.
fn with_point(text: &str, separator: Option<char>) -> Option<String> {
    (separator != Some(',') && text.contains(',')).then(|| text.replace(',', "."))
}

/// A time as a number, or as date and time of day: then in seconds.
fn moment(text: &str, separator: Option<char>) -> Option<f64> {
    let number = text.parse().ok().or_else(|| with_point(text, separator)?.parse().ok());
    if let Some(number) = number {
        return Some(number).filter(|time: &f64| time.is_finite());
    }
    let stamp = match text.parse::<jiff::Timestamp>() {
        Ok(stamp) => stamp,
        // Without a zone: only the distances count, so that of Greenwich will do.
        Err(_) => text
            .parse::<jiff::civil::DateTime>()
            .ok()?
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()?
            .timestamp(),
    };
    #[allow(clippy::cast_precision_loss)] // a quarter of a microsecond is lost in 2026
    Some(stamp.as_microsecond() as f64 / 1e6)
}
