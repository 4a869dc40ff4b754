// Draws the figures that the page around this frame sends; nothing is fetched here.
//   {figure: JSON text, colors}              drawn here, to be worked with     → {figure: 'drawn'} or {figure: 'failed', message}
//   {picture: id, figure, colors, width, height}   drawn as an SVG             → {picture: id, url} or {picture: id, message}
const place = document.getElementById('figure')

/** The figure's own layout wins, but for the white paper that plotly's default template brings. */
function layoutOf(figure, colors) {
  const given = figure.layout ?? {}
  const axis = { gridcolor: colors.grid, zerolinecolor: colors.grid, linecolor: colors.grid }
  const own = { ...given, template: undefined }
  for (const key of Object.keys(own)) if (/^[xy]axis\d*$/.test(key)) own[key] = { ...axis, ...own[key] }
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    colorway: colors.categories,
    margin: { l: 48, r: 16, t: given.title ? 44 : 16, b: 40 },
    xaxis: axis,
    yaxis: axis,
    ...own,
    font: { color: colors.text, family: colors.font, size: 11, ...given.font },
    autosize: true,
    width: undefined,
    height: undefined,
  }
}

async function picture({ picture, figure, colors, width, height }) {
  try {
    const { data, ...rest } = JSON.parse(figure)
    const url = await Plotly.toImage({ data: data ?? [], layout: layoutOf(rest, colors) }, { format: 'svg', width, height })
    parent.postMessage({ picture, url }, '*')
  } catch (error) {
    parent.postMessage({ picture, message: String(error) }, '*')
  }
}

async function draw({ figure, colors }) {
  try {
    document.body.style.background = colors.bg // frames of another colour scheme are white, not transparent
    const { data, ...rest } = JSON.parse(figure)
    await Plotly.react(place, data ?? [], layoutOf(rest, colors), { responsive: true, displaylogo: false })
    parent.postMessage({ figure: 'drawn' }, '*')
  } catch (error) {
    parent.postMessage({ figure: 'failed', message: String(error) }, '*')
  }
}

addEventListener('message', (event) => {
  if (event.source !== parent || typeof event.data?.figure !== 'string') return
  void ('picture' in event.data ? picture(event.data) : draw(event.data))
})
parent.postMessage({ figure: typeof Plotly === 'undefined' ? 'no-plotly' : 'ready' }, '*')
