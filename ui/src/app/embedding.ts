/** How much of a page a frame shows, from `embed` in the address that it was opened with: the plot alone, or the page with its bars. */
const asked = new URLSearchParams(location.search).get('embed')

export const embedding = asked === 'view' || asked === 'page' ? asked : null
if (embedding) document.documentElement.dataset.embed = embedding
