// Draws what the page around this frame sends: {figure: JSON text, colors: {text, grid, font}}. Nothing is fetched here.
const place = document.getElementById('figure')
const inherited = (colors) => ({
  paper_bgcolor: 'rgba(0,0,0,0)',
  plot_bgcolor: 'rgba(0,0,0,0)',
  font: { color: colors.text, family: colors.font, size: 11 },
  colorway: colors.categories,
})

/** The figure's own layout wins, but for the white paper that plotly's default template brings. */
function layoutOf(figure, colors) {
  const given = { ...figure.layout }
  const own = { ...given, template: undefined }
  const axis = { gridcolor: colors.grid, zerolinecolor: colors.grid, linecolor: colors.grid }
  for (const key of Object.keys(own)) if (/^[xy]axis\d*$/.test(key)) own[key] = { ...axis, ...own[key] }
  return {
    margin: { l: 48, r: 16, t: given.title ? 40 : 16, b: 40 },
    ...inherited(colors),
    xaxis: axis,
    yaxis: axis,
    ...own,
    font: { ...inherited(colors).font, ...given.font },
    autosize: true,
    width: undefined,
    height: undefined,
  }
}

addEventListener('message', async (event) => {
  if (event.source !== parent || typeof event.data?.figure !== 'string') return
  try {
    const figure = JSON.parse(event.data.figure)
    const config = { responsive: true, displaylogo: false, displayModeBar: event.data.tools ? 'hover' : false, staticPlot: !event.data.tools }
    await Plotly.react(place, figure.data ?? [], layoutOf(figure, event.data.colors), config)
    parent.postMessage({ figure: 'drawn' }, '*')
  } catch (error) {
    parent.postMessage({ figure: 'failed', message: String(error) }, '*')
  }
})
parent.postMessage({ figure: typeof Plotly === 'undefined' ? 'no-plotly' : 'ready' }, '*')
