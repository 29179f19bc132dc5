import { Module } from '@nestjs/common';

/** Under which a module keeps what `forFeature` was given. */
export const REGISTERED = Symbol('espalier registered');

@Module({})
export class EspalierFeatureModule {}
