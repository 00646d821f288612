import { Icon } from './icons.tsx';
import './wordmark.css';

/** The name of the house, with its window. */
export function Wordmark() {
	return (
		<span class="wordmark">
			<Icon name="oriel" />
			Oriel
		</span>
	);
}
