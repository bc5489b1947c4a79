//! Bytes that somebody says are a photo: a capture or a reason, and what may leave of it.
#![no_main]

use earnest_checks::capture::Capture;
use earnest_checks_fuzz::leave;
use earnest_domain::capture::CaptureKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(capture) = Capture::from_bytes(bytes, Some(CaptureKind::Photo)) {
        leave(&capture);
    }
});
