//! What a manifest may hold, as a JSON Schema (draft 2020-12), for editors and for programs that write quests.
//!
//! It says what a schema can: names, kinds, bounds. That a text can be seen, and that a budget pays for one contribution,
//! [`Quest::check_sound`] says alone.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::Quest;
use crate::{points::Need, slug::Slug};

/// The schema of a quest manifest, in TOML as in JSON.
pub fn schema() -> Schema {
    let mut schema = schemars::schema_for!(Quest);
    schema.insert("title".to_owned(), "A quest of Earnest".into());
    schema
}

impl JsonSchema for Slug {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A short name.", "type": "string", "pattern": "^[a-z0-9-]{1,64}$" })
    }
}

impl JsonSchema for Need {
    fn schema_name() -> Cow<'static, str> {
        "Need".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How much it is needed, in permille: 1000 is the usual.",
            "type": "integer",
            "minimum": 500,
            "maximum": 2000
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::{Value, json};

    use super::*;
    use crate::quest::tests::first_steps;

    #[test]
    fn the_published_schema_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/quest.schema.json");
        let wanted = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::var_os("EARNEST_WRITE_TYPES").is_some() {
            std::fs::write(path, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == wanted,
            "docs/quest.schema.json is stale: run `cargo xtask types` and commit it"
        );
    }

    #[test]
    fn the_schema_takes_what_the_code_takes_and_refuses_what_it_refuses() {
        let validator = jsonschema::validator_for(schema().as_value()).unwrap();
        let good = serde_json::to_value(first_steps()).unwrap();
        assert!(validator.is_valid(&good));
        for (pointer, value) in [
            ("/id", json!("First Steps")),
            ("/version", json!(0)),
            ("/title", json!("")),
            ("/story", json!("a".repeat(401))),
            ("/times", json!(0)),
            ("/goal/label", json!("flying")),
            ("/goal/seconds", json!(86_401)),
            ("/streams", json!([])),
            ("/checks", json!([])),
            ("/ask/precision", json!("everything")),
            ("/ask/retention_days", json!(0)),
            ("/points/base", json!(10_001)),
            ("/points/need", json!(499)),
            ("/points/cap", json!(20_001)),
            ("/points/budget", json!(-1)),
        ] {
            let mut altered = good.clone();
            *altered.pointer_mut(pointer).unwrap() = value;
            assert!(!validator.is_valid(&altered), "{pointer}");
            let read = serde_json::from_value::<Quest>(altered);
            assert!(read.is_err() || read.unwrap().check_sound().is_err(), "{pointer}");
        }
        let mut more = good;
        more.as_object_mut().unwrap().insert("colour".to_owned(), Value::Null);
        assert!(!validator.is_valid(&more));
    }
}
