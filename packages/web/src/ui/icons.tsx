import styles from './icons.module.css';

const PATHS = {
	back: 'M15 5l-7 7 7 7',
	next: 'M9 5l7 7-7 7',
	expand: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
	snapshot: 'M4 8.500h3.500L9 6h6l1.500 2.500H20V19H4zM12 16.500a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400z',
	copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
	done: 'M5 12.500l4.500 4.500L19 7.500',
	dark: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z',
	light:
		'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
	auto: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4v16M12 8l3.500 0M12 12h4M12 16h3.500',
	leave: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9.500',
	keys: 'M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M18 11h.01M8 14.500h8',
	eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 14.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600z',
	add: 'M12 5v14M5 12h14',
	settings:
		'M4 7h8M18 7h2M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM4 17h2M12 17h8M9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
	open: 'M9 5l7 7-7 7',
	controls:
		'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400zM9 19.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z',
	turn: 'M19.500 12a7.500 7.500 0 1 1-2.400-5.500M19.500 3.500v4h-4',
	mirror: 'M12 4v16M8.500 7.500L3.500 17h5zM15.500 7.500L20.500 17h-5z',
	close: 'M6 6l12 12M18 6L6 18',
	oriel: 'M4.500 20V10.500a7.500 6.500 0 0 1 15 0V20M9.300 20V4.600M14.700 20V4.600M3 20h18',
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing, 20 pixels square, in the colour of the text beside it. It is mute: the words are its button's. */
export function Icon({ name }: { name: IconName }) {
	return (
		<svg class={styles.icon} viewBox="0 0 24 24" aria-hidden="true">
			<path d={PATHS[name]} />
		</svg>
	);
}
