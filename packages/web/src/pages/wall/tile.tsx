import type { Camera } from '../../player/connection/directory.ts';
import { rememberedTurn, turnAttributes } from '../camera/turn.ts';
import { forcedMethod } from '../player-tag.ts';
import { cameraHref } from '../route.ts';
import { StatePill } from '../state-pill.tsx';
import { LIVE_PATH } from '../use-live.ts';
import { useReadings } from '../use-readings.ts';
import styles from './tile.module.css';

interface TileProps {
	readonly camera: Camera;
	readonly width: number;
	readonly height: number;
}

/** One camera of the wall: its picture, and under it in small what it is and how it goes. */
export function Tile({ camera, width, height }: TileProps) {
	const { player, readings } = useReadings();
	const title = camera.title || camera.name;
	return (
		<a
			class={styles.tile}
			href={cameraHref(camera.name)}
			data-camera={camera.name}
			data-state={readings.state}
			title={[camera.status?.reason, readings.method, readings.trouble].filter(Boolean).join(' – ')}
			style={{ width: `${width}px`, height: `${height}px` }}
		>
			<oriel-player
				ref={player}
				camera={camera.name}
				src={LIVE_PATH}
				method={forcedMethod()}
				{...turnAttributes(rememberedTurn(camera.name))}
			/>
			<span class={styles.caption} data-chrome data-keep={readings.state !== 'live' || undefined}>
				{/* The picture has this name too, and is read out with it. */}
				<span class={styles.title} aria-hidden="true">
					{title}
				</span>
				<span class={styles.figures} aria-hidden="true">
					{readings.figures}
				</span>
				<StatePill state={readings.state} />
			</span>
		</a>
	);
}
