/**
 * What a picture of ours is painted with: the part of CanvasRenderingContext2D that every back end offers.
 *
 * Pixels on a canvas, SVG and PDF are painted by the same code, so a painter uses nothing else: no shadows, gradients,
 * composites or images, and fonts as `600 11px family`.
 */
export interface Painter extends Pick<CanvasRenderingContext2D, PaintStyle | PaintPath | PaintShape | PaintText | PaintState> {
  measureText(text: string): { readonly width: number }
}

type PaintStyle = 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'lineJoin' | 'lineCap' | 'globalAlpha' | 'setLineDash'
type PaintPath = 'beginPath' | 'moveTo' | 'lineTo' | 'bezierCurveTo' | 'arc' | 'rect' | 'roundRect' | 'closePath'
type PaintShape = 'fill' | 'stroke' | 'clip' | 'fillRect' | 'strokeRect'
type PaintText = 'font' | 'textAlign' | 'textBaseline' | 'fillText' | 'strokeText'
type PaintState = 'save' | 'restore' | 'translate'

/** The size of a picture in the units that it is painted in. */
export interface PaintSize {
  readonly width: number
  readonly height: number
}
