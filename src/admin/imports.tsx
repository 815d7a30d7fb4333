import { Hono } from 'hono'
import type { StaffEnv } from './app-env.ts'
export const importPages = new Hono<StaffEnv>()
