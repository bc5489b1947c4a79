//! The screens' TypeScript, generated from the table of commands.

use std::{collections::BTreeMap, fs, path::PathBuf};

use ts_rs::{Config, TS, TypeVisitor};

use crate::{commands, events::Event};

/// Collects a type and everything it is made of, each once, in the order of the alphabet.
#[derive(Default)]
struct Declarations {
    config: Config,
    seen: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only named types of ours have a path to be written to; numbers, strings and the like have none.
        if T::output_path().is_none() || self.seen.contains_key(&T::ident(&self.config)) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        self.seen
            .insert(T::ident(&self.config), format!("{docs}export {}\n", T::decl(&self.config)));
        T::visit_dependencies(self);
    }
}

fn contract() -> String {
    let mut declarations = Declarations {
        config: Config::new().with_large_int("number"),
        ..Declarations::default()
    };
    commands::visit_types(&mut declarations);
    TypeVisitor::visit::<Event>(&mut declarations);
    TypeVisitor::visit::<commands::CommandError>(&mut declarations);
    let types: Vec<String> = declarations.seen.values().cloned().collect();
    format!(
        "// Generated from the engine's table of commands by `cargo xtask types`. Do not edit.\n\n{}\n{}",
        types.join("\n"),
        commands::typescript(&declarations.config)
    )
}

#[test]
fn the_screens_know_the_commands_as_they_are() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/engine/contract.ts");
    let wanted = contract();
    if std::env::var_os("EARNEST_WRITE_TYPES").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "ui/src/engine/contract.ts is stale: run `cargo xtask types` and commit it"
    );
}
