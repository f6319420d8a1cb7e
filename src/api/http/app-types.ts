import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { XStatic } from 'typebox/schema'

/** Derives the types of parameters and bodies from the JSON schemas of a route, so that they are written once. */
interface JsonSchemaTypes extends FastifyTypeProvider {
  readonly validator: XStatic<this['schema']>
  readonly serializer: unknown
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  JsonSchemaTypes
>
