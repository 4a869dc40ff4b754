// Styles first: the theme reads its tokens as soon as the shell is loaded.
import './app/tokens.css'
import './app/base.css'
import { mount } from 'svelte'
import App from './app/App.svelte'
import { asked } from './core/api'

const target = document.getElementById('app')
if (target) mount(App, { target })
// For the page that opens this one in a frame to carry its answers away.
Object.assign(window, { ridgelineAsked: asked })
