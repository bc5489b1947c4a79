import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';

import { mount } from 'svelte';
import App from './App.svelte';
import { httpEngine } from './engine/http';
import { inTauri, tauriEngine } from './engine/tauri';
import { theme } from './shell/theme.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('the page has no #app');

theme.start();

// Every screen in every state, for development and tests; a build for people leaves this out.
if (import.meta.env.MODE !== 'production' && location.hash.startsWith('#/story')) {
  const { default: Stories } = await import('./stories/Stories.svelte');
  mount(Stories, { target });
} else {
  mount(App, { target, props: { engine: inTauri() ? tauriEngine() : httpEngine() } });
}
