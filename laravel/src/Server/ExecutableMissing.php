<?php

namespace Resound\Server;

use RuntimeException;

/**
 * There is no executable of Resound; the message says where it was looked for and what to do.
 */
class ExecutableMissing extends RuntimeException
{
}
