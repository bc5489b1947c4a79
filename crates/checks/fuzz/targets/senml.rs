//! A message of a wearable, in both of SenML's representations.
#![no_main]

use earnest_domain::time::Timestamp;
use earnest_wearables::protocols::senml::{self, Format, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Json, Format::Cbor] {
        let _ = senml::decode(bytes, format, Timestamp::from_seconds(1_790_000_000), &Limits::default());
    }
});
