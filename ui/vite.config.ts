import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Relative, so that the same bundle opens from a window, a node and a phone.
  base: './',
  plugins: [svelte()],
  build: {
    outDir: '../target/assets/ui',
    emptyOutDir: true,
    // The page's policy allows fonts from its own origin alone: nothing may become a data: address.
    assetsInlineLimit: 0,
    target: ['chrome123', 'safari17.5', 'firefox128'],
    reportCompressedSize: true,
  },
  preview: {
    host: '127.0.0.1',
    // The page's policy, as the node and the shell send it: what breaks under it breaks in the tests.
    headers: {
      'content-security-policy':
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self' ipc: http://ipc.localhost",
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': 'http://127.0.0.1:7420' },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
  },
});
