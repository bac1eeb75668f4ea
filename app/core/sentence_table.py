"""One sentence for each code of a refusal or fault (design.md §8); ``core.sentences`` fills in what it names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.core.errors import Fault, Reason
from app.core.words import N_

SENTENCES: Mapping[StrEnum, str] = {
    Reason.BAD_AMOUNT: N_(
        "“{text}” is not an amount that can be booked. Write it like 12.50, at most a hundred million."
    ),
    Reason.BAD_QUANTITY: N_("“{text}” is not a quantity. Write it like 2 or 0.35."),
    Reason.BAD_PERCENT: N_("“{text}” is no percentage from 0 to 100. Write it like 12 or 12.5."),
    Reason.BAD_DATE: N_("“{text}” is not a date. Write it like 2026-11-22."),
    Reason.BAD_PHONE: N_("“{text}” is not a phone number. Use digits, 5 to 20 of them."),
    Reason.MOBILE_LENGTH: N_("“{text}” has {count} digits; a mobile number has 11."),
    Reason.BAD_TEXT: N_("The field “{field}” holds characters that cannot be kept. Please type it again."),
    Reason.TEXT_TOO_LONG: N_("The field “{field}” is too long: at most {most} characters."),
    Reason.FIELD_REQUIRED: N_("Please fill in “{field}”."),
    Reason.BAD_CHOICE: N_("“{text}” is not a possible choice for “{field}”."),
    Reason.AMOUNT_NEGATIVE: N_("The amount must not be negative."),
    Reason.AMOUNT_NOT_POSITIVE: N_("Enter an amount above zero."),
    Reason.QUANTITY_NOT_POSITIVE: N_("The quantity must be greater than zero."),
    Reason.BAD_IMAGE: N_("This file is not a picture that can be kept. Use a JPEG or PNG file."),
    Reason.IMAGE_TOO_LARGE: N_(
        "This picture is too large: at most {most} million dots. Make it smaller, or take it again."
    ),
    Reason.FILE_TOO_LARGE: N_("This file is too large: at most {most} MB."),
    Reason.BAD_HOURS: N_(
        "“{text}” are not opening hours. Write them like 08:30-18:00 or 08:30-12:00, 14:00-19:00."
    ),
    Reason.OUT_OF_RANGE: N_("“{field}” must be a whole number from {low} to {high}."),
    Reason.TOO_MANY_ENTRIES: N_("“{field}” has too many entries: at most {most}."),
    Reason.NOT_ALLOWED: N_("Your role may not do this: {command}. Ask somebody with the right to do it."),
    Reason.WRONG_PIN: N_("The PIN is wrong. Try again."),
    Reason.PIN_LOCKED: N_("Too many wrong PINs. Wait {seconds} seconds."),
    Reason.PIN_TOO_SIMPLE: N_(
        "This PIN is too simple. Use 4 to 12 digits that are not all the same or in a row."
    ),
    Reason.STAFF_UNKNOWN: N_("This badge belongs to nobody who works here."),
    Reason.STAFF_NAME_TAKEN: N_("Somebody named “{name}” is already on the staff list."),
    Reason.LAST_OWNER: N_("The shop needs at least one active owner."),
    Reason.TRAINEES_FULL: N_("“{name}” already has three trainees."),
    Reason.NOT_FOUND: N_("This record does not exist (any more)."),
    Reason.CODE_DAMAGED: N_("The barcode {text} is damaged. Scan again or type the number."),
    Reason.CODE_FOREIGN: N_("“{text}” is not one of this shop's barcodes."),
    Reason.CODE_UNKNOWN: N_("The barcode {text} is in order, but nothing in this shop has it."),
    Reason.PLACE_CODE: N_(
        "This is the place “{place}”. Scan it on the parts list, when parts are moved, or at a stocktake."
    ),
    Reason.NOT_A_PLACE_HERE: N_("This place cannot be chosen here."),
    Reason.PART_CODE_UNKNOWN: N_(
        "No part has the barcode “{text}”. Enter it on the part's record, then scan again."
    ),
    Reason.CUSTOMER_UNCLEAR: N_("Several customers are meant by this: {names}. Merge them first."),
    Reason.SAME_CUSTOMER: N_("Choose two different customers."),
    Reason.PART_NUMBER_TAKEN: N_("The part number “{number}” is already in use."),
    Reason.BARCODE_TAKEN: N_("The barcode “{code}” already belongs to part {number}."),
    Reason.MOVE_NOT_ALLOWED: N_("“{action}” is not possible while the order is “{status}”."),
    Reason.QC_OPEN: N_("The quality check is still open. A lead technician must pass it first."),
    Reason.BALANCE_DUE: N_("{amount} is still to be paid."),
    Reason.RECEIPT_NOT_SHOWN: N_(
        "Scan the pickup receipt, or record that it is lost after checking name and phone."
    ),
    Reason.RECEIPT_VOID: N_("This pickup receipt is void: the device was handed over on {when}."),
    Reason.RECEIPT_OF_OTHER: N_("This pickup receipt belongs to another order: {number}."),
    Reason.IDENTITY_NOT_CHECKED: N_(
        "Name and phone do not match the customer's. Check who is asking for the device."
    ),
    Reason.NOT_APPROVED: N_("The customer has not agreed to the price yet."),
    Reason.OVER_APPROVED: N_(
        "The total of {amount} is over the {approved} that the customer agreed to. Quote again."
    ),
    Reason.OVER_LIMIT: N_(
        "The total of {amount} is over the agreed limit of {limit}. Quote and ask the customer."
    ),
    Reason.NOTHING_TO_QUOTE: N_("There is nothing to quote yet. Add labour or parts first."),
    Reason.QUOTE_EXPIRED: N_(
        "This quote was valid until {until}. Make it again at today's prices, or let a lead technician accept it."
    ),
    Reason.NOT_COVERED: N_("The customer pays for this order and gave no limit. Make a quote first."),
    Reason.PARTS_NOT_TAKEN: N_("Planned but not taken from stock: {parts}. Scan it, take it, or remove it."),
    Reason.PARTS_STILL_USED: N_("Parts are still booked on this order: {parts}. Take them back first."),
    Reason.DEPOSIT_HELD: N_("A deposit of {amount} is still held. Refund it first."),
    Reason.TOO_EARLY_UNCLAIMED: N_("Unclaimed only after {days} days; it is ready since {since}."),
    Reason.REMINDERS_MISSING: N_("Unclaimed only after {needed} reminders; {made} made so far."),
    Reason.UNDO_TOO_LATE: N_(
        "You can take back your own last step for 10 minutes only. Ask a lead technician."
    ),
    Reason.UNDO_IMPOSSIBLE: N_("The last step cannot be taken back."),
    Reason.LEAD_ONLY: N_("Only a lead technician may do this."),
    Reason.NO_DIAGNOSIS: N_("Record what was wrong and what was done first."),
    Reason.NOTE_REQUIRED: N_("Please say why."),
    Reason.ORDER_CLOSED: N_("This order is closed and cannot be changed."),
    Reason.LINES_FROZEN: N_("Charges cannot be changed while the order is “{status}”."),
    Reason.WORK_RUNNING: N_("The clock is already running on this order."),
    Reason.WORK_NOT_RUNNING: N_("The clock is not running on this order."),
    Reason.NOT_YOUR_ORDER: N_("Somebody else works on this order. Start it or take it over first."),
    Reason.NO_PARTS: N_("There is no part on this order to take back."),
    Reason.CARD_FIRST: N_("No repair card is open. Scan the card first."),
    Reason.NOTHING_PLANNED: N_("No planned part is waiting to be taken."),
    Reason.OUT_OF_STOCK: N_(
        "Only {quantity} of “{part}” in stock. Receive goods first; a lead may use it and owe it."
    ),
    Reason.PART_RESERVED: N_(
        "Only {quantity} of “{part}” free: {reserved} reserved for other orders. Release it there first."
    ),
    Reason.REQUESTED_ALREADY: N_("“{part}” is requested for this order already. Purchasing sees it."),
    Reason.KIT_EMPTY: N_("The kit “{part}” holds nothing yet. The parts keeper fills it on its page."),
    Reason.KIT_NO_STOCK: N_("“{part}” is a kit: book the parts in it, the kit itself has no stock."),
    Reason.KIT_STOCK_LEFT: N_("{quantity} of “{part}” in stock. Only a part without stock can become a kit."),
    Reason.KIT_PART_UNKNOWN: N_("There is no part {number}, neither here nor as a sound line of the file."),
    Reason.KIT_PART_TWICE: N_("{number} stands here twice: write it once with the whole quantity."),
    Reason.KIT_IN_KIT: N_("“{part}” cannot be here: a kit is made of plain parts, not of kits."),
    Reason.SAME_PART: N_("Choose two different parts."),
    Reason.NOT_IN_PLACE: N_("Only {quantity} of “{part}” in “{place}”. Choose the place where it lies."),
    Reason.PLACE_IN_USE: N_("“{place}” still holds stock. Move it elsewhere first."),
    Reason.PLACE_NAME_TAKEN: N_("A place named “{name}” is already there."),
    Reason.SAME_PLACE: N_("Choose two different places."),
    Reason.NOT_RESERVED: N_("Nothing more of “{part}” is reserved for this order."),
    Reason.WHOLE_PIECES: N_("“{part}” has serial numbers: whole pieces only."),
    Reason.SERIAL_NEEDED: N_("“{part}” has serial numbers. Scan {count} of them."),
    Reason.SERIAL_UNKNOWN: N_("No “{part}” with the serial number {serial} was ever here. Receive it first."),
    Reason.SERIAL_IN_STOCK: N_("“{part}” {serial} is already in stock. Check the label."),
    Reason.SERIAL_NOT_HERE: N_("“{part}” {serial} is not here: {state}. Scan another one."),
    Reason.SERIAL_TWICE: N_("The serial number {serial} was scanned twice."),
    Reason.SERIAL_NOT_SERIALISED: N_("“{part}” is not kept by serial number. Leave the serial number empty."),
    Reason.SERIAL_STOCK_LEFT: N_(
        "{quantity} of “{part}” in stock. Serial numbers can be switched on or off on an empty shelf only."
    ),
    Reason.STILL_IN_STOCK: N_(
        "{quantity} of “{part}” are in stock. Use those; owing is for what is not there."
    ),
    Reason.CONSIGN_PRICE_MISSING: N_(
        "“{part}” has no price for consigned goods. Enter it on the part first."
    ),
    Reason.NOTHING_OWED: N_("Nothing is owed to {name}: everything that was used is settled."),
    Reason.LOAN_REST: N_("Only {quantity} of loan {number} are still out."),
    Reason.LOAN_CLOSED: N_("This loan between shops is closed: everything is back."),
    Reason.SUPPLIER_NAME_TAKEN: N_("A supplier named “{name}” is already there."),
    Reason.PURCHASE_STATE: N_("Purchase order {number} is “{state}”: this is not possible any more."),
    Reason.NOTHING_ORDERED: N_("There is nothing on this purchase order yet. Add a line first."),
    Reason.MORE_THAN_ORDERED: N_(
        "Only {open} of “{part}” are still to come, not {quantity}. Count again; a lead may accept what came too much."
    ),
    Reason.WRONG_SUPPLIER: N_("“{part}” is not on purchase order {number}. Receive it without an order."),
    Reason.SUPPLIER_INACTIVE: N_("The supplier “{name}” is no longer in use. Choose another one."),
    Reason.REQUEST_ORDERED: N_("This is on a purchase order already. Call it off there."),
    Reason.NOTHING_RECEIVED: N_("Nothing has been received yet. Scan the parts that came."),
    Reason.OLD_PART_FIRST: N_(
        "“{part}” is issued old for new: {quantity} old ones are missing. Hand the old part in first"
        " (parts F7, tab “Old parts”), or ask a lead."
    ),
    Reason.OLD_PART_STATE: N_("The old part {code} is “{state}”: this is not possible."),
    Reason.OLD_PART_NOT_BRAND: N_("No brand pays for this order: its old parts need not be handed in."),
    Reason.OLD_PART_NONE: N_(
        "No old part of {brand} lies on the shelf. Scan old parts onto the shelf first."
    ),
    Reason.OLD_PART_BRAND: N_("The old part {code} belongs to {brand}, not into this batch."),
    Reason.OLD_PART_MISSING: N_(
        "{count} old parts of this order are not back yet. Put them on the shelf or write them off first."
    ),
    Reason.BATCH_STATE: N_("Return batch {number} is “{state}”: this is not possible."),
    Reason.BATCH_EMPTY: N_("Return batch {number} is empty. Scan old parts into it first."),
    Reason.COUNT_STATE: N_("Stocktake {number} is “{state}” and cannot be changed."),
    Reason.COUNT_OPEN_ALREADY: N_("Stocktake {number} is still open for these parts. Finish it first."),
    Reason.NOT_ON_COUNT_LIST: N_("“{part}” is not on this count list. It belongs to another shelf."),
    Reason.COUNTED_ALREADY: N_(
        "“{part}” was counted already: {quantity}. Choose “count again” to replace it."
    ),
    Reason.COUNT_DISTURBED: N_(
        "Stock of “{part}” moved while you were counting it. Choose “count again” and count it from the start."
    ),
    Reason.NOTHING_COUNTED: N_("Nothing has been counted yet."),
    Reason.TOOL_HELD: N_("{name} has “{tool}” already."),
    Reason.TOOL_NOT_HELD: N_("Nobody has “{tool}”: it is in its place."),
    Reason.TOOL_KIND_TAKEN: N_("A kind of tool named “{name}” is already there."),
    Reason.TOOL_STATE: N_("“{tool}” is “{state}”: this is not possible."),
    Reason.DEFECT_STATE: N_("The goods {number} are “{state}”: this is not possible."),
    Reason.DEFECT_GRADE: N_("The goods {number} are graded “{grade}”: this is not done with them."),
    Reason.NOT_GRADED_SCRAP: N_("Only goods graded as scrap are taken apart. Grade {number} first."),
    Reason.PART_INACTIVE: N_("“{part}” is no longer in use."),
    Reason.ALREADY_INVOICED: N_("This order has been invoiced already: {number}."),
    Reason.UNDERPAID: N_("{amount} is missing. Take the rest, or put it on account."),
    Reason.CHANGE_ONLY_FOR_CASH: N_(
        "Only cash gives change. Enter no more than is due for the other methods, or keep the rest as credit."
    ),
    Reason.ON_ACCOUNT_NOT_ALLOWED: N_("Your role may not hand over on account. Ask the owner."),
    Reason.REFUND_TOO_MUCH: N_("At most {amount} can be refunded."),
    Reason.LINE_FIRST: N_("Mark the charge first whose price is to change."),
    Reason.LIMIT_TOO_LOW: N_("The limit is below the quoted {amount}. Give a higher one, or none."),
    Reason.DISCOUNT_TOO_LARGE: N_("The discount is larger than the charges."),
    Reason.DISCOUNT_OVER_LIMIT: N_(
        "Alone you may give at most {percent} % discount. Ask {role} to confirm more."
    ),
    Reason.IN_PRICE_LIST: N_(
        "“{name}” is in the price list at {amount}. Take it from the list: there another price has its reason."
    ),
    Reason.NOT_LISTED_REASON_NEEDED: N_(
        "The price list has charges of this kind. Take one of them, or say why none fits."
    ),
    Reason.PRICE_OVER_LIMIT: N_(
        "With what was given already this is more than {percent} % below the list, the limit of your role."
        " Ask {role} to confirm it."
    ),
    Reason.APPROVAL_NEEDED: N_("Your role may not do this alone. Ask {role} to confirm it with a PIN."),
    Reason.SAME_PERSON: N_("Somebody else must confirm this, not you."),
    Reason.OVERPAID: N_("Only {amount} is still due. The rest can be kept as credit, or given back."),
    Reason.NOTHING_DUE: N_("Nothing is due on {number} any more."),
    Reason.NO_OWN_RULE: N_("{name} has no rule of his own here: everybody's holds already."),
    Reason.OTHER_PAYER: N_("{number} is paid by somebody else."),
    Reason.OTHER_CUSTOMER: N_("{number} belongs to another customer."),
    Reason.ORDER_TWICE: N_("Order {number} stands here twice."),
    Reason.ACCOUNT_LIMIT: N_(
        "On account this customer may owe at most {limit}; with this it would be {amount}."
    ),
    Reason.CREDIT_TOO_MUCH: N_("At most {amount} of this can be credited."),
    Reason.NOTHING_TO_CREDIT: N_("Invoice {number} has been credited in full already."),
    Reason.CREDIT_OVER_LIMIT: N_(
        "Your role may credit at most {amount}. Ask {role} to confirm it with a PIN."
    ),
    Reason.REFUND_BY_METHOD: N_(
        "Only {amount} was paid by {method}. To give back more this way, ask the owner."
    ),
    Reason.NO_CREDIT_HELD: N_("No money of this customer is held."),
    Reason.WRITE_OFF_TOO_MUCH: N_("At most {amount} can be written off."),
    Reason.TAX_INVOICE_STATE: N_("The official invoice of {number} is “{state}”: this is not possible."),
    Reason.TAX_INVOICE_TAKEN: N_("The official invoice number {text} is noted on {number} already."),
    Reason.PRICE_REASON_NEEDED: N_("The list says {amount}. Give the reason for another price."),
    Reason.PRICE_CODE_TAKEN: N_("The code {text} is in the price list already: {name}."),
    Reason.PRICE_ITEM_INACTIVE: N_("“{name}” is no longer in the price list."),
    Reason.PACKAGE_EMPTY: N_("The package “{name}” has no lines. Add at least one."),
    Reason.PACKAGE_IN_PACKAGE: N_(
        "“{name}” is a package itself; a package is made of plain entries and parts."
    ),
    Reason.TILL_NAME_TAKEN: N_("A till named “{name}” is already there."),
    Reason.TILL_INACTIVE: N_("The till “{name}” is no longer in use."),
    Reason.TILL_IN_USE: N_("The till “{name}” is open. Count and close it first."),
    Reason.TILL_OPEN_ALREADY: N_("This till is open already: {number}, {name}."),
    Reason.TILL_CLOSED: N_("This till is closed. Open it with its float first."),
    Reason.TILL_NOT_COUNTED: N_("Count the till first, note by note and coin by coin."),
    Reason.TILL_FLOAT_DIFFERS: N_("The last shift left {amount} in this till. Say why the float is another."),
    Reason.TILL_DIFFERENCE: N_(
        "The count differs from what should be there by {amount}. Count again, or say why."
    ),
    Reason.TILL_TOO_LITTLE: N_("There is only {amount} in this till."),
    # To whoever will count the drawer blind.
    Reason.TILL_NOT_ENOUGH: N_("There is not enough cash in this till. Take less, or pay cash in first."),
    Reason.SAME_TILL: N_("Choose two different tills."),
    Reason.TILL_STILL_OPEN: N_("The till “{till}” is still open. Count and close it, then close the day."),
    Reason.FIELD_CASH_OUT: N_(
        "{name} has not handed in {amount} of cash from visits. The day cannot be closed before."
    ),
    Reason.DRAFTS_OPEN: N_(
        "Begun and not saved on the page Take in (F2): an intake of {names}. Save or discard it, then close the day."
    ),
    Reason.DAY_CLOSED: N_("{day} is closed already: {number}."),
    Reason.DAY_TO_COME: N_("{day} is not over: it has not even begun."),
    Reason.CLOCK_BEFORE_CLOSE: N_(
        "The computer's clock stands before the last day close ({when}). Set the clock right; until then no money"
        " is booked."
    ),
    Reason.CLOCK_FAR_AHEAD: N_(
        "The clock of this computer stands {days} days after the last entry. If {day} were closed and the clock is"
        " wrong, no money could be booked until then. Set the clock right, or the owner says that it is."
    ),
    Reason.CLOCK_SKIPPED: N_(
        "The clock of this computer says {today}; the last entry before is of {before}. If the clock is wrong, set it"
        " right before the day is closed: money would have to wait for that date."
    ),
    Reason.MONTH_SEALED: N_("The month {month} is sealed already."),
    Reason.MONTH_NOT_CLOSED: N_("The month {month} cannot be sealed yet: its days are not all closed."),
    Reason.STATEMENT_FROZEN: N_(
        "The statement of {name} for {month} is final. Put this into the next month."
    ),
    Reason.STATEMENT_EARLIER: N_("The statement of {name} for {month} comes first."),
    Reason.SERIES_FULL: N_("No more numbers can be given this month."),
    Reason.FOLDER_NOT_EMPTY: N_("The folder {path} already holds a shop. Choose an empty one."),
    Reason.FILE_NOT_READABLE: N_("The file {path} cannot be read: {why}."),
    Reason.FILE_KIND: N_("“{path}” is not a file that can be written here. Let its name end in {endings}."),
    Reason.COLUMNS_MISSING: N_("The file lacks these columns: {columns}."),
    Reason.COLUMN_TWICE: N_("The file has the column “{column}” twice. Delete one of them."),
    Reason.SHEET_UNREADABLE: N_(
        "{path} is neither an Excel workbook (.xlsx) nor a CSV text in UTF-8 or GBK, or it is damaged."
        " Save it again and retry."
    ),
    Reason.SHEET_BROKEN: N_("{path} is broken at line {line}: a quotation mark is not closed there."),
    Reason.SHEET_TOO_LARGE: N_(
        "The file is too large: at most {rows} lines and {columns} columns. Split it, or delete empty rows and columns."
    ),
    Reason.SHEET_EMPTY: N_("{path} is empty."),
    Reason.CELL_FORMULA: N_("This cell holds a formula. Copy it and paste it as a value."),
    Reason.CELL_DATE: N_(
        "The spreadsheet has made a date of this cell. Format it as text and type it again."
    ),
    Reason.CELL_MERGED: N_("This cell is merged with others. Unmerge it and fill in each line."),
    Reason.CELL_TOO_LONG: N_(
        "The spreadsheet has lost digits of this number. Format the cell as text and type it again."
    ),
    Reason.TWICE_IN_FILE: N_("This stands in the file twice; the first time in line {line}."),
    Reason.NUMBER_UNCLEAR: N_("Several parts have the supplier's number {text}: {numbers}. Give our number."),
    Reason.SERIAL_STOCK_SWITCH: N_(
        "There is stock of it: serial numbers can be switched on an empty shelf only."
    ),
    Reason.PAPER_UNKNOWN: N_("There is no paper “{kind}”."),
    Reason.PAPER_SIZE_UNKNOWN: N_("“{kind}” cannot be printed as “{size}”. Possible: {sizes}."),
    Reason.MONTH_NOT_OVER: N_(
        "The month {month} is not over yet. Its pay is approved when its last day is past."
    ),
    Reason.NOT_YOURS: N_("Everybody sees his own statement only. Ask the owner."),
    Reason.MONTH_UNKNOWN: N_("“{text}” is not a month. Write it like 2026-11."),
    Reason.OFFICE_SHOP_UNKNOWN: N_("The head office knows no shop {shop}."),
    Reason.OFFICE_SHOP_TAKEN: N_("There is a shop {shop} already."),
    Reason.OFFICE_SHOP_CODE: N_("“{text}” is no shop code. Use letters, digits, dot, dash and underscore."),
    Reason.OFFICE_OTHER_BRAND: N_("This database is the head office of {brand} already."),
    Reason.OFFICE_KEY_BAD: N_("This is no public key: 32 bytes in base64, 44 characters."),
    Reason.OFFICE_CLAIM_UNKNOWN: N_("There is no claim {claim}."),
    Reason.OFFICE_CLAIM_SHOPS: N_("Several shops have a claim {claim}: say which with --shop."),
    Reason.OFFICE_CLAIM_STATE: N_("The claim {claim} is “{state}”: this is not possible now."),
    Reason.OFFICE_NOTHING_TO_SETTLE: N_("No accepted claims wait for {month}."),
    Reason.PASSCODE_GONE: N_("The passcode has been erased."),
    Reason.CUSTOMER_ORDERS_OPEN: N_(
        "“{name}” still has an open order: {number}. Close it first, then the data can be erased."
    ),
    Reason.CUSTOMER_MONEY_OPEN: N_(
        "Between “{name}” and the shop money is still open: {amount}. Settle it first, then the data can be erased."
    ),
    Reason.CUSTOMER_ERASED: N_("This customer's data have been erased already."),
    Reason.NO_KEY_FOR_JOURNAL: N_(
        "The key of the journal cannot be read on this computer, so nothing can be sealed here."
    ),
    Reason.BRAND_TAKEN: N_("This name already stands for the brand “{name}”. One word means one brand."),
    Reason.AGREEMENT_OVERLAPS: N_(
        "On some days agreement {number} would hold for the same goods. End the one before the other begins."
    ),
    Reason.AGREEMENT_USED: N_(
        "Claims were made under this agreement: old claims keep their rules. End it, and make a new one."
    ),
    Reason.BAD_CODE: N_("“{code}” is not in the brand's list. Choose one from the list."),
    Reason.NOTICE_CLOSED: N_("This is not possible while the notice is “{state}”."),
    Reason.REPORT_MADE: N_("The report for {period} was made already."),
    Reason.REPORT_TOO_EARLY: N_("This report can be made from {day} on."),
    Reason.CLAIM_CLOSED: N_("This is not possible while the claim is “{state}”."),
    Reason.SETTLEMENT_EXISTS: N_("This brand's month is settled in {number} already. Open that one."),
    Reason.SETTLEMENT_STATE: N_("This is not possible while the settlement is “{state}”."),
    Reason.SETTLEMENT_EARLY: N_("The month {month} is not over yet: more claims may come into it."),
    Reason.CLAIMS_UNANSWERED: N_(
        "The brand has not answered {count} claims: {numbers}. Wait, or leave them for the next settlement."
    ),
    Reason.SETTLEMENT_DIFFERS: N_(
        "Ours comes to {ours}, the brand's statement to {theirs}. Enter what it deducted, or dispute it."
    ),
    Reason.NOTHING_TO_DISPUTE: N_("The brand has sent no statement for this month that says otherwise."),
    Reason.DEDUCTION_TOO_MUCH: N_(
        "Only {amount} is still due from this brand on settled claims: more cannot be deducted."
    ),
    Reason.BONUS_WITHOUT_CLAIM: N_(
        "A bonus is billed with a repair, and this settlement has none. Enter it in the next one."
    ),
    Reason.CODE_LINE_SHORT: N_("Line {line} lacks its list, its code or its meaning."),
    Reason.CARD_DAMAGED: N_(
        "This is no whole connection card. Copy all of it, from “xiuhu-card1.” to its end, and paste it again."
    ),
    Reason.CARD_OF_OTHER: N_("This connection card is in use for the brand “{name}” already."),
    Reason.CLAIM_INCOMPLETE: N_(
        "None of these claims can be sent: something is missing in each. Open one to see what."
    ),
    Reason.BACKUP_NOT_WHOLE: N_(
        "The file {file} is no whole backup: it was cut short or changed. Choose another one."
    ),
    Reason.BACKUP_PASSWORD_NEEDED: N_("This backup is locked. Type the password it was made with."),
    Reason.BACKUP_PASSWORD_WRONG: N_(
        "The password is wrong. It is the one that was set when this backup was made."
    ),
    Reason.BACKUP_PASSWORD_SHORT: N_("The password needs at least {least} characters."),
    Reason.BACKUP_RUNNING: N_("A backup is being made already. Wait for it, then try again."),
    Reason.BACKUP_NEWER: N_(
        "This backup was made by a newer version of the program. Update the program first, then restore it."
    ),
    Reason.BACKUP_PLACE: N_("Backups cannot go to {path}. Choose a folder on another disk."),
    Reason.BACKUP_OVER_OTHER: N_("{path} is there already and is no backup. Give the backup another name."),
    Reason.BACKUP_NONE: N_("There is no backup in {path}."),
    Reason.RESTORE_UNCONFIRMED: N_("Nothing was restored. Look at what will be lost, then give --yes."),
    Fault.BUSY: N_("The records are busy just now. Nothing was saved; please try again."),
    Fault.DISK_FULL: N_("The disk is full. Nothing was half saved. Free some space and try again."),
    Fault.DISK_LOW: N_("The disk is almost full: {free} MB are left. Free some space soon."),
    Fault.DISK_ERROR: N_(
        "The disk reports an error with the records in {path}. Nothing was half saved."
        " Check the disk, then try again."
    ),
    Fault.READ_ONLY: N_("The folder {path} cannot be written to. Nothing was changed."),
    Fault.DAMAGED: N_(
        "The shop's records in {path} are damaged. Nothing was changed. Restore the newest backup."
    ),
    Fault.INDEX_DAMAGED: N_(
        "The search index is damaged; no record is hurt. Owner → Check-up: Repair makes it anew."
    ),
    Fault.NEWER_VERSION: N_(
        "These records belong to a newer version of the program. Nothing was changed; update first."
    ),
    Fault.OLDER_VERSION: N_(
        "These records belong to an older version of the program."
        " Open the shop's window once to bring them up to date."
    ),
    Fault.OTHER_PROGRAM: N_("The file {path} belongs to another program. Nothing was changed."),
    Fault.ALREADY_OPEN: N_("This shop is already open: {owner}. Use that window or close it first."),
    Fault.NETWORK_SHARE: N_(
        "The data folder {path} lies on a network share, where records are not safe. Use this PC's own disk."
    ),
    Fault.FOLDER_UNUSABLE: N_("The folder {path} cannot be used: {why}."),
    Fault.NO_SHOP: N_(
        "There is no shop in {path}. Open the program once, or give another folder with --data."
    ),
    Fault.FILE_GONE: N_(
        "The shop's file was removed or replaced while open. No more orders are taken; restart the program."
    ),
    Fault.CLOCK_BEHIND: N_(
        "The clock of this computer stands before the last entry ({when}). Nothing is lost; set the clock right."
    ),
    Fault.CLOCK_AHEAD: N_(
        "The clock of this computer stands {days} days after the last entry. If it is wrong, set it right; nothing is"
        " erased until then."
    ),
    Fault.KEY_MISSING: N_(
        "The key for device passcodes is not on this PC. Passcodes kept here cannot be shown."
    ),
    Fault.SQLITE_TOO_OLD: N_(
        "The SQLite library {version} is too old; at least {needed} is needed. Run the set-up again."
    ),
    Fault.NO_DISPLAY: N_("There is no screen to open a window on."),
    Fault.NO_USB_PRINTING: N_(
        "A printer at usb:… needs the package python-escpos, which this computer has not got. Install it into the"
        ' program\'s own Python (pip install "python-escpos[usb]"), or name the printer by net: or file:.'
    ),
    Fault.NO_PRINTER: N_("No printer is set up. The paper is saved; print it later or save it as PDF."),
    Fault.PRINTER: N_("The printer “{printer}” did not take the paper. Everything is saved; print it again."),
    Fault.FILE_NOT_WRITABLE: N_("The file {path} cannot be written: {why}."),
    Fault.BACKUP_UNSOUND: N_(
        "The backup was not kept: its check failed ({why}). The shop's records may be damaged."
        " Keep the older backups and let the program check the records."
    ),
    Fault.RESTORE_UNFINISHED: N_(
        "A restore in {path} was cut off. Open the shop's window: it is finished there."
    ),
    Fault.FONT_MISSING: N_("A font of the program is missing: {path}. Run the set-up again."),
    Fault.OFFICE_UNREACHABLE: N_("The head office's database does not answer: {why}. Nothing was changed."),
    Fault.OFFICE_EMPTY: N_("This database holds no head office yet. First: xiuhu headoffice init."),
    Fault.OFFICE_NEWER: N_(
        "This head office was made by a newer version of Xiuhu. Please update the program."
    ),
    Fault.OFFICE_NOT_INSTALLED: N_(
        "The head office's own packages are missing: {name}. Run the set-up again."
    ),
    Fault.POSTGRES_MISSING: N_("PostgreSQL is not installed here. On Debian: apt-get install postgresql."),
    Fault.POSTGRES_FAILED: N_("PostgreSQL did not start: {why}."),
    Fault.PORT_TAKEN: N_("Port {port} cannot be used: {why}. Choose another one with --port."),
    Fault.CERTIFICATE_UNUSABLE: N_("The certificate {path} or its key cannot be used: {why}."),
}
