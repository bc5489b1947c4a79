//! How much the fragments of an MP4 promise, before anybody believes it.

/// How many samples the runs of a fragmented MP4 promise without a byte for each (ISO/IEC 14496-12, 8.8.8). The library that unpacks it
/// counts up to each run's number before it gives the first packet: a hundred bytes could keep it for minutes, deaf to everything.
///
/// Runs are looked for wherever they may lie, since what is no box to one reader is one to another.
pub(super) fn promised(bytes: &[u8]) -> u64 {
    if !bytes.windows(4).any(|four| four == b"moof") {
        return 0;
    }
    let named = bytes.windows(8).enumerate().filter(|(_, eight)| eight[4..] == *b"trun");
    named.fold(0, |sum, (at, eight)| {
        // A size of 64 bits stands behind the name, where the one before it says so.
        let run = if eight[..4] == [0, 0, 0, 1] { at + 16 } else { at + 8 };
        sum.saturating_add(bytes.get(run..).and_then(count).unwrap_or(0))
    })
}

/// The number of samples of a run of which nothing is told one by one.
fn count(run: &[u8]) -> Option<u64> {
    let (version_and_flags, rest) = run.split_first_chunk::<4>()?;
    let (count, _) = rest.split_first_chunk::<4>()?;
    let each = version_and_flags[2] & 0x0f != 0;
    (!each).then(|| u64::from(u32::from_be_bytes(*count)))
}
