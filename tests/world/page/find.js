// Finds something as a person would, by what it is and what it says, as soon as it is on the page; or waits until it is gone.
//
// Runs as an asynchronous WebDriver script: (kind, words, whether it is wanted, done). Nothing is polled: the page's own changes wake it.
const [kind, words, wanted, done] = arguments;

const KINDS = {
  words: 'body *',
  heading: 'h1, h2, h3',
  button: 'button, a[href], [role="button"]',
  switch: '[role="switch"]',
  choice: 'input[type="radio"]',
  field: 'input, textarea',
  picture: 'img',
  element: words,
};

const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();

function name(element) {
  return plain(
    element.getAttribute('aria-label') ?? element.getAttribute('alt') ?? element.labels?.[0]?.textContent ?? element.textContent,
  );
}

function shown(element) {
  const box = element.getBoundingClientRect();
  return element.checkVisibility({ visibilityProperty: true }) && box.width > 0 && box.height > 0;
}

function usable(element) {
  const modal = document.querySelector('dialog[open]');
  return kind === 'words' || kind === 'element' || modal === null || modal.contains(element);
}

function matches() {
  const all = [...document.querySelectorAll(KINDS[kind])].filter((element) => shown(element) && usable(element));
  if (kind === 'element') return all;
  if (kind === 'words') {
    // The innermost that says it, so that its place is known.
    const saying = all.filter((element) => plain(element.textContent).includes(words));
    return saying.filter((element) => !saying.some((other) => other !== element && element.contains(other)));
  }
  const exactly = all.filter((element) => name(element) === words);
  return exactly.length > 0 ? exactly : all.filter((element) => name(element).includes(words));
}

function look() {
  const found = matches()[0] ?? null;
  if (wanted ? found === null : found !== null) return false;
  observer.disconnect();
  document.removeEventListener('load', look, true);
  // A choice is drawn by its label; the input itself is for assistive technology.
  const target = kind === 'choice' ? (found?.labels?.[0] ?? found) : found;
  target?.scrollIntoView({ block: 'center', behavior: 'instant' });
  done(target);
  return true;
}

const observer = new MutationObserver(look);
if (!look()) {
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  // A picture has no size before it is there, and its coming changes no node.
  document.addEventListener('load', look, true);
}
