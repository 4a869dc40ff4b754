import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

/** All of the UI in one script and one style sheet, for pages that carry everything with them. */
export default defineConfig({
  plugins: [svelte()],
  publicDir: false,
  build: {
    outDir: '../src/ridgeline/server/static',
    emptyOutDir: false,
    target: 'es2022',
    cssCodeSplit: false,
    // The letters that most texts need travel with the page; for others it takes the system's font.
    assetsInlineLimit: (path) => /inter-(latin|greek)-wght/.test(path),
    rolldownOptions: {
      input: 'src/main.ts',
      output: {
        format: 'iife',
        inlineDynamicImports: true,
        entryFileNames: 'snapshot.js',
        assetFileNames: ({ names }) => (names[0]?.endsWith('.css') ? 'snapshot.css' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
})
