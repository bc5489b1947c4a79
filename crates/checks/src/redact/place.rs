//! Positions as cells of H3 and whole hours, without what is kept back.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use earnest_domain::{
    time::{Span, Timestamp},
    verdict::{Evidence, Verdict},
};
use h3o::CellIndex;

use super::redacting;
use crate::{
    Asked,
    capture::{Fix, Place},
    place_home::{cell, sent_resolution},
};

/// A table (RFC 4180) of cells, from when to when someone was there, in whole hours of UTC, and how many positions tell so. Within an
/// hour cells are in the order of their names, which says nothing of the way.
pub(super) fn as_cells(place: &Place, verdicts: &[Verdict], asked: &Asked) -> String {
    let kept_back: Vec<(u64, u64)> = redacting(verdicts)
        .flat_map(|verdict| &verdict.evidence)
        .filter_map(|evidence| match evidence {
            Evidence::Stretch { from_ms, to_ms, .. } => Some((*from_ms, *to_ms)),
            _ => None,
        })
        .collect();
    let is_kept_back = |fix: &Fix| {
        let at = place.millis(fix.time);
        kept_back.iter().any(|(from, to)| (*from..=*to).contains(&at))
    };
    let resolution = sent_resolution(asked);
    let (mut private, mut public): (BTreeSet<CellIndex>, Vec<(&Fix, CellIndex)>) = (BTreeSet::new(), Vec::new());
    for fix in place.fixes() {
        // What has no cell is nowhere, and stays.
        let Some(cell) = cell(fix, resolution) else { continue };
        if is_kept_back(fix) {
            private.insert(cell);
        } else {
            public.push((fix, cell));
        }
    }
    // A cell that was kept back once is kept back whenever it comes.
    let mut hours: BTreeMap<(CellIndex, Timestamp), usize> = BTreeMap::new();
    for (fix, cell) in public.into_iter().filter(|(_, cell)| !private.contains(cell)) {
        *hours.entry((cell, fix.time.hour())).or_default() += 1;
    }
    table(&hours)
}

fn table(hours: &BTreeMap<(CellIndex, Timestamp), usize>) -> String {
    let hour = Span::from_seconds(3_600);
    // Hours that follow each other in one cell are one line.
    let mut lines: Vec<(Timestamp, CellIndex, Timestamp, usize)> = Vec::new();
    for ((cell, from), fixes) in hours {
        match lines.last_mut() {
            Some((_, same, to, all)) if same == cell && to == from => {
                *to = from.plus(hour);
                *all += fixes;
            }
            _ => lines.push((*from, *cell, from.plus(hour), *fixes)),
        }
    }
    lines.sort_unstable();
    let mut table = "cell,from,to,fixes\r\n".to_owned();
    for (from, cell, to, fixes) in lines {
        let _ = write!(table, "{cell},{},{},{fixes}\r\n", written(from), written(to));
    }
    table
}

/// As RFC 3339 writes it.
fn written(time: Timestamp) -> String {
    // Of a capture's times each is one.
    jiff::Timestamp::from_microsecond(time.micros()).map_or_else(|_| String::new(), |time| time.to_string())
}

#[cfg(test)]
mod tests;
