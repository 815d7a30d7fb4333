CREATE TABLE `import_changes` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`outcome` text NOT NULL,
	`line` integer NOT NULL,
	`key` text NOT NULL,
	`what` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `kind`, `outcome`, `line`, `key`),
	FOREIGN KEY (`tenant_id`,`import_id`,`kind`) REFERENCES `import_files`(`tenant_id`,`import_id`,`kind`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `import_mappings` (
	`tenant_id` text NOT NULL,
	`headings` text NOT NULL,
	`mappings` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `headings`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "import_mappings_mappings" CHECK(json_valid("import_mappings"."mappings"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `import_sources` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`number` integer NOT NULL,
	`name` text NOT NULL,
	`size` integer NOT NULL,
	`part_bytes` integer DEFAULT 0 NOT NULL,
	`encoding` text NOT NULL,
	`delimiter` text NOT NULL,
	`columns` text NOT NULL,
	`head_bytes` integer NOT NULL,
	`head_lines` integer NOT NULL,
	`mappings` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `number`),
	FOREIGN KEY (`tenant_id`,`import_id`) REFERENCES `imports`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "import_sources_columns" CHECK(json_valid("import_sources"."columns")),
	CONSTRAINT "import_sources_mappings" CHECK(json_valid("import_sources"."mappings"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `clients` ADD `language` text;--> statement-breakpoint
ALTER TABLE `import_files` ADD `removed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `import_files` ADD `source` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `import_files` ADD `part_bytes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `import_files` ADD `encoding` text DEFAULT 'utf-8' NOT NULL;--> statement-breakpoint
ALTER TABLE `import_files` ADD `head_bytes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `import_files` ADD `head_lines` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `import_files` ADD `mapping` text;--> statement-breakpoint
ALTER TABLE `import_keys` ADD `digest` text;--> statement-breakpoint
ALTER TABLE `import_keys` ADD `row_id` text;--> statement-breakpoint
ALTER TABLE `import_keys` ADD `client_id` text;--> statement-breakpoint
ALTER TABLE `import_keys` ADD `currency` text;--> statement-breakpoint
ALTER TABLE `import_keys` ADD `total` integer;--> statement-breakpoint
CREATE INDEX `import_keys_row` ON `import_keys` (`tenant_id`,`import_id`,`kind`,`row_id`) WHERE row_id IS NOT NULL;--> statement-breakpoint
ALTER TABLE `imports` ADD `phase` text DEFAULT 'running' NOT NULL;