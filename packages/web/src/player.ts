// The stand-alone module: `<script type="module" src="https://relay/player.js">` gives any page `<oriel-player>`.
export { OrielPlayer } from './player/define.ts';
