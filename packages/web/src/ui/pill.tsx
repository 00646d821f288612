import './pill.css';

/** How much attention a state asks for. */
export type Tone = 'good' | 'quiet' | 'warn' | 'bad';

/** A state in a word, with a dot in the colour of its tone. */
export function Pill({ tone, children }: { tone: Tone; children: string }) {
	return (
		<span class={`pill ${tone}`}>
			<span class="dot" aria-hidden="true" />
			{children}
		</span>
	);
}
