//! Bytes of which nobody says what they are: told by their content.
#![no_main]

use earnest_checks::capture::Capture;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Capture::from_bytes(bytes, None);
});
