import { cancelPairing, listPairings } from '../../../api/pairings.ts';
import { Button } from '../../../ui/button.tsx';
import { Row, Rows } from '../../../ui/rows.tsx';
import { inWords } from '../../time-words.ts';
import { useNow } from '../../use-now.ts';
import { useListing } from '../list/use-listing.ts';

/** Codes that a machine may still use: a line was made and the page left before it was pasted. */
export function OpenPairings() {
	const { items, reload } = useListing(listPairings);
	const now = useNow();
	const open = items?.filter(({ state }) => state === 'waiting') ?? [];
	if (open.length === 0) return null;
	const withdraw = (id: string) => void cancelPairing(id).then(reload);
	return (
		<Rows label="Waiting for a machine">
			{open.map(({ id, camera, expiresAt }) => (
				<Row key={id} title={camera} lines={[`waits for a machine to join; its line ends ${inWords(expiresAt, now)}`]}>
					<Button onClick={() => withdraw(id)}>Withdraw</Button>
				</Row>
			))}
		</Rows>
	);
}
