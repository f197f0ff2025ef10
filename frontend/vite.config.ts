import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { early } from './scripts/early.ts'
import { pack } from './scripts/pack.ts'
import { worker } from './scripts/worker.ts'

export default defineConfig({
  plugins: [vue(), tailwindcss(), early(), worker(), pack()],
  resolve: {
    alias: [
      { find: '@', replacement: fileURLToPath(new URL('./src', import.meta.url)) },
      { find: /^fflate$/, replacement: fileURLToPath(new URL('./src/features/figures/zip.ts', import.meta.url)) },
    ],
  },
  // Nothing here uses the options API; without it Vue is a tenth smaller.
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  server: {
    port: 5173,
    proxy: { '/api': process.env['API'] ?? 'http://127.0.0.1:8080' },
  },
  build: {
    target: ['chrome111', 'safari16.4', 'firefox113'],
    // The byte budget (scripts/budget.ts) reads what each page really loads.
    manifest: true,
    // The served policy is `img-src 'self'`: nothing may become a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every page needs, in one piece that outlives our own releases in the browser's cache.
        codeSplitting: {
          groups: [
            { name: 'framework', test: /node_modules\/(@vue|vue|vue-router|@tanstack|openapi-fetch)\//, priority: 2 },
            // The frame of every page: many small pieces pack worse, and each costs a request.
            { name: 'frame', test: /\/src\/(main|App|router|prefs|i18n|session\/session|routes\/(?!console|workTitles)|layouts\/(?!AccountMenu|Console|waiting|messages\.en)|data\/cache|api\/(client|config|error|token)|ui\/(Button|Chips|ErrorState|Field|House|Icon|icons|Lamp|Select|Skeleton|Tag|toast|ToastHost|useWide|messages)\.(vue|ts)|domain\/(messages\.ts|format|lamp))/, priority: 2 },
          ],
        },
      },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], server: { deps: { inline: ['write-excel-file'] } } },
})
