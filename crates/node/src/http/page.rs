//! The pages that this crate writes itself: plain, without script, for when there is nothing better to show.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

/// A page with a heading and a paragraph; `<code>` and the like are taken as they are, so callers escape what they insert.
pub(super) fn page(status: StatusCode, heading: &str, paragraph: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{heading} · Earnest</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n\
         :root {{ color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif }}\n\
         body {{ max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }}\n\
         h1 {{ font-size: 1.5rem; line-height: 1.25 }}\ncode {{ overflow-wrap: anywhere }}\n</style>\n</head>\n\
         <body>\n<main>\n<h1>{heading}</h1>\n<p>{paragraph}</p>\n</main>\n</body>\n</html>\n"
    );
    (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

/// A text as it stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_cannot_bring_a_script() {
        assert_eq!(escaped("<script>\"&"), "&lt;script&gt;&quot;&amp;");
    }
}
