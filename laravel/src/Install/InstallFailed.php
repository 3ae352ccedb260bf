<?php

namespace Resound\Install;

use RuntimeException;

/**
 * The executable was not installed; the message says why and what to do. Nothing was changed.
 */
class InstallFailed extends RuntimeException
{
}
