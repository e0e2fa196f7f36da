import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { ToastProvider } from './components/toast';
import { applyTheme } from './navigation/theme';
import { Routes } from './routes';
import { startingCredential } from './session/credential';
import { SessionProvider } from './session/session';
import { SignedIn } from './session/signed-in';
import { Shell } from './shell/shell';

applyTheme();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Router base="/app">
      <SessionProvider start={startingCredential()}>
        <ToastProvider>
          <SignedIn>
            <Shell>
              <Routes />
            </Shell>
          </SignedIn>
        </ToastProvider>
      </SessionProvider>
    </Router>
  </StrictMode>,
);
