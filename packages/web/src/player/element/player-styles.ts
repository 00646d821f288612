/** The player's own look. It lives in a shadow root: a page reaches it only through the custom properties. */
export const playerStyles = `
:host {
	display: block;
	position: relative;
	overflow: hidden;
	aspect-ratio: 16 / 9;
	background: var(--oriel-player-background, #050607);
	color: #f3f5f4;
	font: 500 14px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
	font-variant-numeric: tabular-nums;
	container-type: size;
}
:host([hidden]) { display: none; }
.picture, canvas, video {
	position: absolute;
	inset: 0;
	width: 100%;
	height: 100%;
	object-fit: contain;
}
/* Turned where it is shown: first turned, then mirrored. A quarter turn swaps its sides. */
:host([turn='180']) .picture { rotate: 180deg; }
:host(:is([turn='90'], [turn='270'])) .picture {
	inset: 50% auto auto 50%;
	width: 100cqh;
	height: 100cqw;
	translate: -50% -50%;
	rotate: 90deg;
}
:host([turn='270']) .picture { rotate: 270deg; }
:host([mirrored]) .picture { scale: -1 1; }
:host([mirrored]:is([turn='90'], [turn='270'])) .picture { scale: 1 -1; }
.picture { transition: filter 400ms ease 250ms; }
canvas[data-empty], video[data-empty], [data-over] > :first-child { visibility: hidden; }
:host([data-state='offline']) .picture,
:host([data-state='stalled']) .picture,
:host([data-state='removed']) .picture,
:host([data-state='reconnecting']) .picture { filter: saturate(0.15) brightness(0.33); }
:host([data-state='waiting']) .picture,
:host([data-state='connecting']) .picture { filter: saturate(0.3) brightness(0.38); }
.message {
	position: absolute;
	inset: 0;
	display: grid;
	place-content: center;
	justify-items: center;
	gap: 4px;
	padding: 16px;
	text-align: center;
	text-wrap: balance;
	animation: appear 300ms ease 150ms backwards;
}
.message[hidden] { display: none; }
.headline { font-size: clamp(13px, 3.2cqw, 20px); font-weight: 600; letter-spacing: -0.005em; }
.detail { max-width: 46ch; color: #d5dbd8; font-size: clamp(12px, 2.2cqw, 16px); font-weight: 400; overflow-wrap: anywhere; }
.detail:empty, button[hidden] { display: none; }
@container (height < 240px) {
	/* The caption of a small tile stays free; the camera's own page has the whole of it. */
	.detail { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
}
@container (height < 110px) { .detail { display: none; } }
:host([data-state='behind']) .message {
	inset: auto 0 50%;
	padding: 0;
}
:host([data-state='behind']) .headline {
	padding: 6px 14px;
	border-radius: 99px;
	background: rgb(8 10 10 / 0.78);
	font-size: 13px;
}
button {
	min-height: 44px;
	margin-top: 12px;
	padding: 0 20px;
	border: 1px solid rgb(255 255 255 / 0.25);
	border-radius: 8px;
	background: rgb(255 255 255 / 0.1);
	color: inherit;
	font: inherit;
	cursor: pointer;
}
button:hover { background: rgb(255 255 255 / 0.18); }
button:focus-visible { outline: 2px solid #8fd6b4; outline-offset: 2px; }
.note {
	position: absolute;
	inset: 12px 12px auto;
	width: fit-content;
	margin: 0 auto;
	padding: 4px 12px;
	border-radius: 99px;
	background: rgb(8 10 10 / 0.72);
	color: #d5dbd8;
	font-size: 12px;
	pointer-events: none;
	animation: appear 200ms ease backwards;
}
.note[hidden] { display: none; }
.strip {
	position: absolute;
	inset: auto 0 0;
	display: flex;
	align-items: center;
	gap: 12px;
	padding: 28px 12px 8px 16px;
	background: linear-gradient(transparent, rgb(0 0 0 / 0.7));
	font-size: 13px;
}
:host(:not([controls])) .strip { display: none; }
.title { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
.figures { color: #d5dbd8; white-space: nowrap; }
.strip button { min-width: 44px; margin: 0; padding: 0; border: 0; background: none; }
.strip svg { display: block; width: 20px; height: 20px; margin: auto; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
@keyframes appear { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) {
	.picture { transition: none; }
	.message, .note { animation: none; }
}
`;
