import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/** Where `npm run dev` finds the API: a running `ridgeline up`. */
const api = process.env.RIDGELINE_API ?? 'http://127.0.0.1:7117'

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../src/ridgeline/server/static',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy of the server allows no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Pages are chunks; what they share is in few: each file more is a round trip before the first line is drawn.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        advancedChunks: {
          groups: [
            { name: 'shared', test: /\/(node_modules|src\/(core|components|app))\//, minShareCount: 3, priority: 2 },
            { name: 'plots', test: /\/src\/plot\//, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: api, changeOrigin: true } } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
