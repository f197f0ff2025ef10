// Puts the kept modes on <html> before the first paint, so that nobody sees a flash of the wrong page.
// A file of its own, because the page's policy allows no inline script. src/prefs/prefs.ts owns the rules.
(function () {
  var root = document.documentElement
  var kept = {}
  try {
    kept = JSON.parse(localStorage.getItem('prefs') || '{}') || {}
  } catch {
    /* a private window, or a broken value: the device's own wishes decide */
  }
  function wants(query) {
    return window.matchMedia(query).matches
  }
  root.classList.toggle('elder', kept.elder === true)
  root.classList.toggle('dark', kept.dark === undefined ? wants('(prefers-color-scheme: dark)') : kept.dark === true)
  root.classList.toggle('contrast', kept.contrast === undefined ? wants('(prefers-contrast: more)') : kept.contrast === true)
  if (kept.locale === 'en') root.lang = 'en'
  // The pieces of the wall (scripts/early.ts), for who comes to the wall: they would be asked for only when the frame is there.
  var wall = window.location.pathname === '/' && document.currentScript.dataset.wall
  ;(wall || '').split(' ').forEach(function (file) {
    if (!file) return
    var link = document.createElement('link')
    link.rel = /css$/.test(file) ? 'preload' : 'modulepreload'
    if (link.rel === 'preload') link.as = 'style'
    link.crossOrigin = ''
    link.href = file
    document.head.appendChild(link)
  })
})()
