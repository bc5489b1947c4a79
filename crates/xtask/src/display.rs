//! Whether a window can be opened here.

use std::env;

/// Whether this session has a display, from what the system says about itself.
pub(crate) fn present() -> bool {
    has_display(env::consts::OS, |name| env::var(name).ok())
}

/// macOS and Windows always have one; elsewhere X11 or Wayland says where it is.
fn has_display(os: &str, variable: impl Fn(&str) -> Option<String>) -> bool {
    match os {
        "macos" | "windows" => true,
        _ => ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| variable(name).is_some_and(|value| !value.is_empty())),
    }
}

#[cfg(test)]
mod tests {
    use super::has_display;

    #[test]
    fn linux_has_a_display_when_x11_or_wayland_says_so() {
        assert!(has_display("linux", |name| (name == "DISPLAY").then(|| ":0".to_owned())));
        assert!(has_display("linux", |name| (name == "WAYLAND_DISPLAY").then(|| "wayland-0".to_owned())));
    }

    #[test]
    fn an_empty_variable_is_no_display() {
        assert!(
            !has_display("linux", |_| Some(String::new())),
            "ssh and containers leave DISPLAY empty"
        );
        assert!(!has_display("linux", |_| None));
    }

    #[test]
    fn macos_and_windows_need_no_variable() {
        assert!(has_display("macos", |_| None));
        assert!(has_display("windows", |_| None));
    }
}
