// Replaces the meta-schema of express-openapi-validator, as in the built files (scripts/bundle/leave-out.ts): it would
// be compiled for each test file, without being needed.
exports.OpenAPISchemaValidator = class {
  validate() {
    return { errors: [] };
  }
};
