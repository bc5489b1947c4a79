//! What a model runs on: the processor everywhere; what a platform has beside it where that was built in (features `coreml`, `nnapi`,
//! `directml`) and ONNX Runtime's library brings it.

use ort::ep::ExecutionProviderDispatch;

/// The platform's own providers of this build, best first. What they cannot run, and all of it where they are not there, runs on the
/// processor.
pub(super) fn platform() -> Vec<ExecutionProviderDispatch> {
    vec![
        #[cfg(feature = "coreml")]
        ort::ep::CoreML::default().build(),
        #[cfg(feature = "nnapi")]
        // Without half precision: a verdict does not depend on the phone.
        ort::ep::NNAPI::default().with_fp16(false).build(),
        #[cfg(feature = "directml")]
        ort::ep::DirectML::default().build(),
    ]
}
