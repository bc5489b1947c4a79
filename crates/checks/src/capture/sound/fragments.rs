//! How much the fragments of an MP4 promise, before anybody believes it.

use memchr::memmem;

/// How many samples the runs of a fragmented MP4 promise without a byte for each (ISO/IEC 14496-12, 8.8.8). The library that unpacks it
/// counts up to each run's number before it gives the first packet: a hundred bytes could keep it for minutes, deaf to everything.
///
/// Runs are looked for wherever they may lie, since what is no box to one reader is one to another.
pub(super) fn promised(bytes: &[u8]) -> u64 {
    if memmem::find(bytes, b"moof").is_none() {
        return 0;
    }
    memmem::find_iter(bytes, b"trun").fold(0, |sum, name| {
        // A size of 64 bits stands behind the name, where the one before it says so.
        let is_long = bytes[..name].ends_with(&[0, 0, 0, 1]);
        let run = name + if is_long { 12 } else { 4 };
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
