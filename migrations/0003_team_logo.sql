ALTER TABLE `memberships` ADD `removed_at` integer;--> statement-breakpoint
ALTER TABLE `staff` ADD `reset_mail_id` text;--> statement-breakpoint
ALTER TABLE `staff_sessions` ADD `device` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `staff_sessions` ADD `city` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `staff_sessions` ADD `country` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `logo_hash` text;--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `logo_width` integer;--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `logo_height` integer CONSTRAINT "portal_settings_logo" CHECK(("logo_hash" IS NULL) = ("logo_width" IS NULL) AND ("logo_hash" IS NULL) = ("logo_height" IS NULL));--> statement-breakpoint
-- Who is removed from a team has no session there from then on; a credential goes with its person's last team, and so do
-- the links that would make a new one.
CREATE TRIGGER memberships_removed AFTER UPDATE OF removed_at ON memberships WHEN OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL BEGIN
	UPDATE staff_sessions SET ended_at = NEW.removed_at
		WHERE tenant_id = NEW.tenant_id AND staff_id = NEW.staff_id AND ended_at IS NULL;
	UPDATE staff SET password_hash = NULL, password_set_at = NULL, invitation_mail_id = NULL, reset_mail_id = NULL
		WHERE id = NEW.staff_id AND NOT EXISTS (SELECT 1 FROM memberships WHERE staff_id = NEW.staff_id AND removed_at IS NULL);
END;
