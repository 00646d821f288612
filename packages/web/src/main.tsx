import { render } from 'preact';
import './ui/tokens.css';
import './ui/base.css';
import './player/define.ts';
import { App } from './pages/app.tsx';
import { followFullScreen } from './ui/full-screen.ts';
import { applyTheme, chosenTheme } from './ui/theme.ts';

applyTheme(chosenTheme());
followFullScreen();
const page = document.getElementById('page');
if (page) render(<App />, page);
