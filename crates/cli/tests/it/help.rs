//! What the program says of itself.

use crate::world::{Said, earnest};

#[test]
fn help_tells_what_there_is() {
    insta::assert_snapshot!(Said::by(earnest(&["--help"])).output);
    insta::assert_snapshot!(Said::by(earnest(&["node", "--help"])).output);
    insta::assert_snapshot!(Said::by(earnest(&["consent", "grant", "--help"])).output);
    insta::assert_snapshot!(Said::by(earnest(&["replay", "--help"])).output);
    insta::assert_snapshot!(Said::by(earnest(&["check", "--help"])).output);
}
