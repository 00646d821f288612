import { OrielPlayer } from './element/player-element.ts';

// Two copies of this module on one page must not quarrel.
if (!customElements.get('oriel-player')) customElements.define('oriel-player', OrielPlayer);

export { OrielPlayer };
