package slack

import (
	"fmt"
	"strings"

	"github.com/disputewatch/disputewatch/notify"
)

// refuse explains a refusal: what a person has to do, and what else would be
// refused. needed is the missing scope where Slack names it.
func refuse(method, code, needed string) error {
	hint, whom := explain(code)
	if method == openMethod {
		hint = explainOpen(code, hint)
	} else if code == "missing_scope" && needed != "" {
		hint = "add the bot scope " + needed + " to the Slack app, install it again and take the new token"
	}
	if method == "conversations.history" || method == "conversations.replies" {
		whom = notify.ThisMessage // what was never tried need not be looked for
	}
	return &notify.Refused{Code: code, Hint: hint, Whom: whom, Err: fmt.Errorf("%s: %s", method, code)}
}

// explain knows Slack's words for what only a person can mend.
func explain(code string) (hint string, whom notify.Reach) {
	switch code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive":
		return "the bot token does not work (any more): put the app's Bot User OAuth Token (xoxb-…) into slack.bot_token_file", notify.Everything
	case "not_allowed_token_type":
		return "slack.bot_token_file must hold a bot token (xoxb-…), not an app or a user token", notify.Everything
	case "missing_scope", "no_permission":
		return "the Slack app lacks a scope: see the app manifest in the README, install the app again", notify.Everything
	case "two_factor_setup_required", "team_not_found", "invalid_team":
		return "the workspace does not let the app in: look at it in Slack's administration, or install the app again", notify.Everything
	case "method_deprecated", "deprecated_endpoint", "method_not_supported_for_channel_type", "unknown_method":
		return "Slack has changed: update disputewatch", notify.Everything
	case "access_denied", "accesslimited", "ekm_access_denied", "enterprise_is_restricted", "team_access_not_granted":
		return "the workspace's administrators do not let the app post: ask them to allow it", notify.Everything
	case "channel_not_found":
		return "the channel does not exist, or it is private and the app was not invited: in the channel, say /invite @disputewatch", notify.ThisChannel
	case "not_in_channel":
		return "in the channel, say /invite @disputewatch", notify.ThisChannel
	case "is_archived":
		return "the channel is archived: unarchive it, or name another in the config", notify.ThisChannel
	case "restricted_action", "restricted_action_read_only_channel", "restricted_action_non_threadable_channel", "restricted_action_thread_only_channel", "restricted_action_thread_locked", "cannot_reply_to_message":
		return "the channel's settings do not let the app post or reply in it", notify.ThisChannel
	case "messages_tab_disabled", "user_is_bot", "user_is_restricted":
		return "name a channel, not a person, in the config", notify.ThisChannel
	}
	if strings.HasPrefix(code, "http_") {
		return "something between here and Slack answers in its stead: look at proxies, firewalls and slack.api_base", notify.Everything
	}
	switch code {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "too_many_attachments",
		"attachment_payload_limit_exceeded", "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app",
		"invalid_arg_name", "invalid_arguments", "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type",
		"markdown_text_conflict", "as_user_not_supported", "duplicate_channel_not_found", "duplicate_message_not_found":
		return "this is a fault of disputewatch: please report it, with this word and the version", notify.ThisMessage
	}
	return "see Slack's documentation for this error", notify.ThisMessage
}

// explainOpen knows what keeps a socket from being opened.
func explainOpen(code, otherwise string) string {
	switch code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "not_allowed_token_type", "missing_args":
		return "slack.app_token_file must hold an app-level token (xapp-…): in the Slack app, Basic Information, App-Level Tokens"
	case "missing_scope", "no_permission":
		return "the app-level token lacks the scope connections:write: make a new one with it, in the Slack app, Basic Information, App-Level Tokens"
	case "socket_mode_not_enabled", "forbidden_team", "access_denied":
		return "turn on Socket Mode in the Slack app's settings"
	}
	return otherwise
}
