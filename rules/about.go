package rules

// The keys of [Message.About]: the facts of the messages that no escalation
// carries. Values are for people; none holds a name, an address or a body.
const (
	AboutMailbox = "mailbox" // its name in the config
	AboutFolder  = "folder"
	AboutUID     = "uid"     // in the folder, so that a person can find the mail
	AboutMail    = "mail"    // Message-ID, "" where the mail has none
	AboutMails   = "mails"   // Message-IDs of several mails, parted by spaces
	AboutDate    = "date"    // RFC 3339
	AboutDomain  = "domain"  // of the sender's address, never the address
	AboutWhy     = "why"     // what could not be read, why it is forged, what is broken
	AboutHint    = "hint"    // what to do about it
	AboutPart    = "part"    // Health.Part of an alarm
	AboutSince   = "since"   // RFC 3339: since when it has been broken
	AboutEnded   = "ended"   // RFC 3339: when it worked again; absent while it does not
	AboutDay     = "day"     // 2006-01-02, of a digest
	AboutCases   = "cases"   // ids of the cases of a summary, parted by spaces
	AboutID      = "id"      // the mail's in the book, by which it is dismissed
	AboutOrders  = "orders"  // charges that a forged mail names and that exist, parted by spaces
	AboutSought  = "sought"  // "not yet" while nobody could look for the orders that it names
	AboutBy      = "by"      // who dismissed it
	AboutOf      = "of"      // the kind of the message that is brought up to date,
	AboutChannel = "channel" // and where it stands
	AboutTS      = "ts"
)
