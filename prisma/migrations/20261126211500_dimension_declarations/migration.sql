-- CreateTable
CREATE TABLE "dimension_declaration" (
    "feature_key" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "type" "DimensionType" NOT NULL,
    "description" TEXT,
    "lowest" TEXT,
    "highest" TEXT,
    "allowed_values" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "required" BOOLEAN NOT NULL,
    "aliases" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "dimension_declaration_pkey" PRIMARY KEY ("feature_key","name")
);

-- AddForeignKey
ALTER TABLE "dimension_declaration" ADD CONSTRAINT "dimension_declaration_feature_key_fkey" FOREIGN KEY ("feature_key") REFERENCES "feature"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: rules of the domain, repeated.
ALTER TABLE "dimension_declaration"
    ADD CONSTRAINT "dimension_declaration_range_of_number" CHECK ("type" = 'NUMBER' OR ("lowest" IS NULL AND "highest" IS NULL)),
    ADD CONSTRAINT "dimension_declaration_range_order" CHECK ("lowest"::numeric <= "highest"::numeric),
    ADD CONSTRAINT "dimension_declaration_values_of_text_or_number" CHECK ("type" <> 'BOOLEAN' OR cardinality("allowed_values") = 0),
    ADD CONSTRAINT "dimension_declaration_alias_is_another_name" CHECK ("name" <> ALL ("aliases"));
