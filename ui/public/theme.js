// Runs before the first paint, so that a dark page never flashes white. src/app/theme.svelte.ts takes over later.
(() => {
  let wanted = 'system'
  try {
    wanted = localStorage.getItem('ridgeline.theme') ?? 'system'
  } catch {
    // Storage may be switched off; the system's choice stands.
  }
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
