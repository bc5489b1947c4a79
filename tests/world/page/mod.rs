//! A page of the screens, whatever draws it: what a person sees on it and does with it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fantoccini::{
    Client,
    elements::{Element, ElementRef},
};
use serde_json::{Value, json};

/// The member of WebDriver's answers that names an element (WebDriver, section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What a thing on a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Words,
    /// A heading.
    Heading,
    /// What can be tapped: a button or a link.
    Button,
    /// A switch.
    Switch,
    /// One of several, of which one holds.
    Choice,
    /// What can be typed into.
    Field,
    /// A picture with a description.
    Picture,
    /// Whatever a CSS selector selects, where no words tell it.
    Element,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Heading => "heading",
            Self::Button => "button",
            Self::Switch => "switch",
            Self::Choice => "choice",
            Self::Field => "field",
            Self::Picture => "picture",
            Self::Element => "element",
        }
    }
}

/// A page that is open. Whatever it waits for, it waits for at most a minute.
#[derive(Debug, Clone)]
pub struct Page {
    client: Client,
    journey: &'static str,
}

impl Page {
    pub(crate) fn new(client: Client, journey: &'static str) -> Self {
        Self { client, journey }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Waits until there is something, and returns it.
    pub async fn sees(&self, kind: Kind, words: &str) -> Element {
        let found = self.find(kind, words, true).await;
        let id = found[ELEMENT]
            .as_str()
            .unwrap_or_else(|| panic!("{found} is no element"))
            .to_owned();
        Element::from_element_id(self.client.clone(), ElementRef::from(id))
    }

    /// Waits until words are on the page, and returns all of what says them.
    pub async fn reads(&self, words: &str) -> String {
        self.sees(Kind::Words, words)
            .await
            .text()
            .await
            .expect("what is seen can be read")
    }

    /// Waits until something is no longer there.
    pub async fn sees_no_more(&self, kind: Kind, words: &str) {
        self.find(kind, words, false).await;
    }

    /// Taps something, once it is there.
    pub async fn taps(&self, kind: Kind, words: &str) {
        let target = self.sees(kind, words).await;
        if let Err(error) = target.click().await {
            self.fails(&format!("the {} “{words}” cannot be tapped: {error}", kind.name()))
                .await;
        }
    }

    /// Types into the field of a label.
    pub async fn types(&self, label: &str, text: &str) {
        let field = self.sees(Kind::Field, label).await;
        field.clear().await.expect("a field can be emptied");
        field.send_keys(text).await.expect("a field can be typed into");
    }

    /// Chooses a file, where one can be chosen.
    pub async fn chooses(&self, label: &str, file: &Path) {
        let field = self.sees(Kind::Field, label).await;
        let path = file.to_str().expect("the path of a test is text");
        field.send_keys(path).await.expect("a file can be chosen");
    }

    /// The texts of everything that a CSS selector selects.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((element) => element.textContent)";
        let texts = self.run(script, vec![json!(selector)]).await;
        serde_json::from_value(texts).expect("texts are texts")
    }

    /// Runs a script that returns at once.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.client.execute(script, arguments).await {
            Ok(answer) => answer,
            Err(error) => self.fails(&format!("a script failed: {error}")).await,
        }
    }

    /// What axe-core finds that keeps people out.
    pub async fn barriers(&self) -> Vec<String> {
        let loaded = self.run("return typeof axe !== 'undefined'", vec![]).await;
        if loaded != json!(true) {
            self.run(&axe(), vec![]).await;
        }
        let found = self
            .client
            .execute_async(include_str!("audit.js"), vec![])
            .await
            .expect("axe-core answers");
        serde_json::from_value(found).expect("axe-core answers with sentences")
    }

    /// Keeps a picture of what is on screen as an artefact: `target/screenshots/<journey>-<name>.png`.
    pub async fn keeps(&self, name: &str) {
        // What is drawn now may still be on its way to the glass, and its letters on their way from the disk.
        let settled = "const [done] = arguments; \
             document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.client.execute_async(settled, vec![]).await.expect("a page is drawn");
        let picture = self.client.screenshot().await.expect("a page can be pictured");
        let folder = target().join("screenshots");
        fs::create_dir_all(&folder).expect("there is room for screenshots");
        fs::write(folder.join(format!("{}-{name}.png", self.journey)), picture).expect("there is room for a screenshot");
    }

    async fn find(&self, kind: Kind, words: &str, wanted: bool) -> Value {
        let arguments = vec![json!(kind.name()), json!(words), json!(wanted)];
        match self.client.execute_async(include_str!("find.js"), arguments).await {
            Ok(found) => found,
            Err(error) => {
                let wish = if wanted { "was never there" } else { "never went away" };
                self.fails(&format!("the {} “{words}” {wish}: {error}", kind.name())).await
            }
        }
    }

    /// Fails with what was on the page instead.
    async fn fails(&self, story: &str) -> ! {
        self.keeps("failed").await;
        let page = self
            .client
            .execute("return `${location.href}\\n${document.body.innerText}`", vec![])
            .await;
        let page = page
            .ok()
            .and_then(|page| page.as_str().map(str::to_owned))
            .unwrap_or_default();
        panic!("{story}\nThe page at that moment (see {}-failed.png):\n{page}", self.journey);
    }
}

/// The folder of what was built.
fn target() -> PathBuf {
    let here = std::env::current_exe().expect("a test has a path");
    here.ancestors().nth(3).expect("tests lie below the target folder").to_owned()
}

fn axe() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{} cannot be read ({error}): run `cargo xtask test`, which installs axe-core first",
            path.display()
        )
    })
}
