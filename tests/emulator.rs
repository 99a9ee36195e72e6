//! The real template on the emulator, with the functions as they are built.

mod contracts;
mod demo_story;
mod office_story;
mod pages_story;
mod plans_story;

use std::path::Path;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use local::{Emulator, Outputs};

use crate::harness::stack::emulator;

/// The emulator with our template on it.
struct Deployed {
    emulator: Emulator,
    outputs: Outputs,
}

impl Deployed {
    /// A stack of its own with the clock row, or `None` where the setting `KAYOI_TESTS=offline` asks
    /// for tests without the emulator.
    fn start(name: &str) -> Option<Self> {
        Self::start_with(name, &[])
    }

    /// As [`Self::start`], with parameters of the template.
    fn start_with(name: &str, parameters: &[(&str, &str)]) -> Option<Self> {
        let emulator = emulator(name)?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let names = crate::layers::functions();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let binaries = local::build_functions(&root, false, &names).unwrap();
        let code: Vec<_> =
            binaries.into_iter().map(|(name, binary)| (name, local::zip_bootstrap(&binary).unwrap())).collect();
        let template = std::fs::read_to_string(root.join("infra/template.yaml")).unwrap();
        let parameters = [&[("Stage", "local"), ("Clock", "fixed")], parameters].concat();
        let outputs = emulator.deploy(&template, "kayoi", &parameters, &code).unwrap();
        Some(Self { emulator, outputs })
    }

    fn output(&self, name: &str) -> &str {
        &self.outputs[name]
    }

    async fn aws(&self) -> SdkConfig {
        aws_config::defaults(BehaviorVersion::latest())
            .region(Region::from_static(local::REGION))
            .credentials_provider(Credentials::from_keys(local::ACCESS_KEY, local::ACCESS_KEY, None))
            .endpoint_url(self.emulator.endpoint())
            .load()
            .await
    }
}
